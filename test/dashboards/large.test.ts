// What a screen costs Prometheus with 5,000 partners of whom four of five are in trouble, and six hours of history.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { stringify } from 'yaml';
import { boardNames, boards } from '../../dashboards/src/boards.ts';
import {
  dashboardQueries,
  everythingChosen,
  recordedIn,
  variableQueries,
  type DashboardQuery,
} from '../../dashboards/src/queries.ts';
import { eventually } from '../e2e/service.ts';
import { needs, tool } from '../lab/debian.ts';
import { startPrometheus, type Prometheus } from '../lab/prometheus.ts';
import { largeExposition, largeFleet } from './large-fleet.ts';
import { processorMsOf } from '../processor-time.ts';
import { scrapedAt, writePast } from './past.ts';
import { recordingRules } from './recording-rules.ts';

/** When the fleet was scraped. */
const atSeconds = Math.floor(Date.now() / 1_000);
const range = 6 * 3_600;
/** As Grafana asks on a wide screen: never closer than 15 s, and for no more points than the panel wants. */
function stepOf(panel: string): number {
  const of = boardNames.flatMap((name) => boards[name]().panels ?? []).find(({ title }) => title === panel);
  const points = of !== undefined && 'maxDataPoints' in of ? (of.maxDataPoints ?? Infinity) : Infinity;
  return Math.max(15, range / points);
}

const chosen = { ...everythingChosen, job: 'fedmon', __range: '6h' };

/**
 * How many samples a query of a screen may touch, at an instant and at each step over time, and the processor time,
 * milliseconds, that it and one round of recording may cost Prometheus: the same on a busy machine.
 */
const most = { samples: largeFleet, samplesEachStep: 1_000, ms: 1_000, recordingMs: 6_000, ofOnePartner: 100 } as const;

/** Those of the whole fleet. */
const screens = ['fleet', 'certificates', 'pipeline'] as const;

/** What these screens read of what is recorded; rotations are left out, of which there are none in one scrape. */
const records = screens
  .flatMap((name) => dashboardQueries(boards[name](), chosen))
  .flatMap(({ expr }) => recordedIn(expr))
  .filter((name) => !name.endsWith(':changes'));

/** Waits until all of it is there. */
async function recorded(prometheus: Prometheus): Promise<void> {
  const wanted = [...new Set(records)].toSorted();
  const named = async (): Promise<readonly string[]> => {
    const { result } = await prometheus.query(`count by (__name__) ({__name__=~"${wanted.join('|')}"})`);
    return result.map(({ metric }) => metric['__name__'] ?? '').toSorted();
  };
  assert.deepEqual(await eventually(40_000, named, ({ length }) => length === wanted.length), wanted);
}

/** What the screen reads over time, for each minute of the hours before: as it is now. */
async function pastOf(prometheus: Prometheus): Promise<readonly string[]> {
  const overTime = dashboardQueries(boards.fleet(), chosen).filter(({ instant }) => !instant);
  const names = [...new Set(overTime.flatMap(({ expr }) => recordedIn(expr)))];
  const { result } = await prometheus.query(`{__name__=~"${names.join('|')}"}`);
  const from = atSeconds - range;
  return result.flatMap(({ metric: { __name__: name = '', ...labels }, value: [, value] = [0, ''] }) => {
    const said = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return Array.from({ length: range / 60 }, (_, minute) => {
      return `${name}{${said.join(',')}} ${value} ${String(from + minute * 60)}`;
    });
  });
}

describe('a screen at 5,000 partners', { timeout: 90_000 }, () => {
  let folder = '';
  let prometheus: Prometheus | null = null;

  before(async () => {
    const [server, promtool] = [await tool('prometheus'), await tool('promtool')];
    if (server === null || promtool === null) return;
    folder = mkdtempSync(join(tmpdir(), 'fedmon-large-'));
    const rules = join(folder, 'rules.yaml');
    writeFileSync(rules, stringify({ groups: recordingRules() }));
    await writePast(promtool, folder, scrapedAt(await largeExposition(), atSeconds));
    const recording = await startPrometheus(server, { folder, targets: [], ruleFiles: [rules], every: '5s' });
    await recorded(recording);
    const past = await pastOf(recording);
    await recording.stop();
    await writePast(promtool, folder, past);
    // With the same data and nothing else to do: what is measured is the query.
    prometheus = await startPrometheus(server, { folder, targets: [], ruleFiles: [], every: '5s' });
    await eventually(
      15_000,
      () => prometheus!.query('count(fedmon_partner_info)'),
      ({ result }) => result.length === 1,
    );
  });
  after(async () => {
    await prometheus?.stop();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  async function running(t: TestContext): Promise<Prometheus | null> {
    if (prometheus === null) await needs(t, 'prometheus', 'promtool');
    return prometheus;
  }

  async function costOf(of: Prometheus, { panel, expr, instant }: DashboardQuery) {
    const step = stepOf(panel);
    const stats = { stats: 'all' };
    const beforeMs = processorMsOf(of.pid);
    const answer = instant ? await of.query(expr, stats) : await of.queryRange(expr, range, step, stats);
    const tookMs = processorMsOf(of.pid) - beforeMs;
    const samples = answer.stats?.samples.totalQueryableSamples ?? Infinity;
    return { tookMs, samples, series: answer.result.length };
  }

  for (const name of screens) {
    it(`${name}: no query reads more than one sample a partner, and each answers at once`, async (t) => {
      const of = await running(t);
      if (of === null) return;
      let totalMs = 0;
      for (const query of dashboardQueries(boards[name](), chosen)) {
        const now = await costOf(of, { ...query, instant: true });
        const { tookMs, samples, series } = query.instant ? now : await costOf(of, query);
        const about = `${query.panel} ${query.refId}: ${series} series of ${samples} samples, ${now.samples} at a time, in ${tookMs} ms`;
        t.diagnostic(about);
        assert.ok(now.samples <= (query.instant ? most.samples : most.samplesEachStep), about);
        assert.ok(samples <= most.samplesEachStep * (range / stepOf(query.panel) + 1), about);
        assert.ok(tookMs <= most.ms, about);
        totalMs += tookMs;
      }
      t.diagnostic(`all of them, one after the other: ${totalMs} ms`);
    });
  }

  it('partner: no query reads the others', async (t) => {
    const of = await running(t);
    if (of === null) return;
    const one = { partner: 'partner-77.example.com', edge: '(sip\\\\.partner-77\\\\.example\\\\.com:5061)' };
    for (const query of dashboardQueries(boards.partner(), { ...chosen, ...one })) {
      const { samples, series } = await costOf(of, { ...query, instant: true });
      const about = `${query.panel} ${query.refId}: ${series} series of ${samples} samples`;
      t.diagnostic(about);
      assert.ok(samples <= most.ofOnePartner, about);
    }
  });

  it('all that is recorded costs a part of the minute in which it is recorded once', async (t) => {
    const of = await running(t);
    if (of === null) return;
    let totalMs = 0;
    for (const { record, expr } of recordingRules().flatMap((group) => group.rules)) {
      const { tookMs, samples } = await costOf(of, { panel: record, refId: '', expr, instant: true });
      t.diagnostic(`${record}: ${samples} samples in ${tookMs} ms`);
      totalMs += tookMs;
    }
    t.diagnostic(`all of them: ${totalMs} ms`);
    assert.ok(totalMs <= most.recordingMs, `${totalMs} ms`);
  });

  it('the lists of the variables come at once', async (t) => {
    const of = await running(t);
    if (of === null) return;
    const [, tiers = '', partners = ''] = variableQueries(boards.fleet(), chosen);
    for (const [label, selector, count] of [
      ['tier', tiers, 3],
      ['partner', partners, largeFleet],
    ] as const) {
      const beforeMs = processorMsOf(of.pid);
      const values = (await of.api(`label/${label}/values`, { 'match[]': selector })) as readonly string[];
      const tookMs = processorMsOf(of.pid) - beforeMs;
      t.diagnostic(`${label}: ${String(values.length)} in ${tookMs.toFixed(0)} ms`);
      assert.equal(values.length, count);
      assert.ok(tookMs <= most.ms);
    }
  });
});
