import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { boards } from '../../dashboards/src/boards.ts';
import { dashboardQueries, type VariableValues } from '../../dashboards/src/queries.ts';
import { isBroken } from '../../src/federation/state.ts';
import { needs, tool } from '../lab/debian.ts';
import { eventually } from '../e2e/service.ts';
import { expectedCertificates } from './expected-certificates.ts';
import { expectedFleet } from './expected-fleet.ts';
import { expectedPartner } from './expected-partner.ts';
import { expectedPipeline } from './expected-pipeline.ts';
import type { Expectations, Expected } from './expected.ts';
import { edgesOf, observe, settled, type Observed, type Row } from './observed.ts';

const chosen: VariableValues = { job: 'fedmon', tier: '.*', partner: '.*', __range: '1m', __rate_interval: '8s' };

/** Label values in the order of their names, then the value: `half-dead.example 2`. */
const told = ({ labels, value }: Row): string =>
  [
    ...Object.entries(labels)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text),
    String(value),
  ].join(' ');

function complaint(rows: readonly Row[], expected: Expected): string | null {
  if (rows.some(({ value }) => !Number.isFinite(value))) return 'a value is not a number';
  if (typeof expected === 'number') return rows.length === expected ? null : `${String(rows.length)} rows`;
  if (typeof expected === 'function') return expected(rows);
  const seen = rows.map(told).toSorted();
  return JSON.stringify(seen) === JSON.stringify([...expected].toSorted()) ? null : seen.join('; ');
}

describe('dashboards on a real Prometheus that scraped the demo', { timeout: 110_000 }, () => {
  let observed: Observed | null = null;

  before(async () => {
    const prometheus = await tool('prometheus');
    if (prometheus === null) return;
    observed = await observe(prometheus);
    assert.deepEqual(await settled(observed), []);
  });
  after(() => observed?.stop());

  async function holds(
    t: TestContext,
    name: keyof typeof boards,
    expected: Expectations,
    values: VariableValues,
  ): Promise<void> {
    if (observed === null) {
      await needs(t, 'prometheus');
      return;
    }
    const { ask } = observed;
    const queries = dashboardQueries(boards[name](), { ...chosen, ...values });
    const keys = queries.map(({ panel, refId }) => `${panel} ${refId}`);
    assert.deepEqual(Object.keys(expected).toSorted(), keys.toSorted());
    const wrong = async (): Promise<readonly string[]> => {
      const answers = queries.map(async ({ panel, refId, expr }) => {
        const said = complaint(await ask(expr), expected[`${panel} ${refId}`] ?? 0);
        return said === null ? [] : [`${panel} ${refId}: ${said}`];
      });
      return (await Promise.all(answers)).flat();
    };
    // One examination may be under way.
    assert.deepEqual(await eventually(10_000, wrong, (all) => all.length === 0), []);
  }

  it('fleet: every partner as its story says', (t) =>
    holds(t, 'fleet', expectedFleet(observed?.service.fleet.partners ?? []), {}));
  it('pipeline', (t) => holds(t, 'pipeline', expectedPipeline, {}));
  it('certificates', (t) => holds(t, 'certificates', expectedCertificates, {}));

  it('blackbox_exporter: each partner is a target, 1 or 0 as published, and nothing where that is not known', async (t) => {
    if (observed === null) {
      await needs(t, 'prometheus');
      return;
    }
    const { ask, service } = observed;
    const wanted = service.fleet.partners.map(({ domain, expects: { state } }) => {
      const works = state === 'healthy' || state === 'degraded';
      return `${domain} ${works ? '1' : isBroken(state) ? '0' : 'nothing'}`;
    });
    assert.ok(['1', '0', 'nothing'].every((end) => wanted.some((each) => each.endsWith(` ${end}`))));
    const seen = async (): Promise<readonly string[]> => {
      const values = await ask('probe_success{job="federation"} or up{job="federation"} * 0 - 1');
      return values.map(({ labels, value }) => `${labels['instance'] ?? ''} ${value < 0 ? 'nothing' : String(value)}`);
    };
    const isWanted = (all: readonly string[]): boolean => all.toSorted().join() === wanted.toSorted().join();
    assert.deepEqual((await eventually(10_000, seen, isWanted)).toSorted(), wanted.toSorted());
  });

  for (const [domain, expected] of Object.entries(expectedPartner)) {
    it(`partner: ${domain}`, async (t) => {
      const edge = observed === null ? '' : await edgesOf(observed, domain);
      await holds(t, 'partner', expected, { partner: domain, edge });
    });
  }
});
