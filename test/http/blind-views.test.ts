import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partnerLine, renderPartners } from '../../src/cli/render-partners.ts';
import { nextLook, type Look } from '../../src/federation/blindness.ts';
import { blindRows, partnerRow } from '../../src/http/api.ts';
import { fleetQuery } from '../../src/http/fleet-query.ts';
import { fleetPage } from '../../src/http/page-fleet.ts';
import { explanationOf } from '../../src/http/view.ts';
import { project } from '../../src/metrics/project.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { finding } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';

const { nowMs } = made;
const minute = 60_000;
const silent = { ...finding('tcp_silent', 'tcp'), summary: 'sip.canary.example:5061 did not answer within 4000 ms.' };
const config = {
  partners: ['good.example', 'other.example'].map((domain) => made.partner(domain)),
  maintenance: [{ partners: ['other.example'], fromMs: 0, untilMs: 2 * nowMs, reason: 'move' }],
  canary: { host: 'sip.canary.example', port: 5061 },
  controls: [{ name: 'provider', host: 'sip.provider.example', port: 5061 }],
};

const look = (target: string, atMs: number, passed: boolean, previous: Look | null = null): Look =>
  nextLook(previous, {
    vantage: 'paris-1',
    target,
    slotMs: atMs,
    reason: passed ? null : 'canary',
    cause: passed ? null : silent,
  });

/** A healthy partner, one in maintenance, and what the canary and the control said last. */
async function reading(canaryPasses: boolean, controlPasses: boolean, watched: object = config): Promise<Snapshot> {
  const store = createMemoryStore();
  for (const { domain } of config.partners) {
    const { published, route, edges } = made.healthy(domain);
    assert.ok(route !== null && published.standing !== null);
    await store.recordRoute(route, 600_000);
    for (const each of edges) await store.recordEdge(each, 600_000);
    await store.advance(published.standing, null, null, [{ check: 'dns', code: null }]);
  }
  const good = look('canary', nowMs - 2 * minute, true);
  await store.recordLook(canaryPasses ? good : look('canary', nowMs - minute, false, good));
  await store.recordLook(look('provider', nowMs - minute, controlPasses));
  return readSnapshot(store, watched as typeof config, nowMs);
}

const lines = (snapshot: Snapshot, of: RegExp): readonly string[] =>
  project(snapshot)
    .filter(({ metric }) => of.test(metric))
    .map(({ metric, labels, value }) => `${metric} ${Object.values(labels).join(' ')} ${String(value)}`);

const text = (page: string): string => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

test('while we see, the canary is told in its own metrics and in nothing about partners', async () => {
  const snapshot = await reading(true, true);
  assert.deepEqual(lines(snapshot, /blind|canary|control/), [
    'fedmon_blind paris-1 canary 0',
    'fedmon_blind paris-1 resolver 0',
    'fedmon_blind paris-1 uplink 0',
    'fedmon_blind paris-1 clock 0',
    'fedmon_blind paris-1 local_resource 0',
    'fedmon_blind paris-1 overdue 0',
    'fedmon_blind paris-1 suspected 0',
    `fedmon_canary_last_success_timestamp_seconds paris-1 ${String((nowMs - 2 * minute) / 1000)}`,
    `fedmon_control_last_success_timestamp_seconds paris-1 provider ${String((nowMs - minute) / 1000)}`,
  ]);
  assert.deepEqual(blindRows(snapshot), []);
  assert.deepEqual(
    project(snapshot).filter(({ labels }) => /canary|provider\b/.test(labels['partner'] ?? '')),
    [],
  );
  assert.doesNotMatch(fleetPage(snapshot, fleetQuery({})), /canary/);
  assert.deepEqual(
    partnerLine(snapshot).map(({ domain, state }) => `${domain} ${state}`),
    ['other.example maintenance', 'good.example healthy'],
  );
});

test('a canary that fails beside a control that passes blinds nobody', async () => {
  const snapshot = await reading(false, true);
  assert.deepEqual(snapshot.sight?.blind, []);
  assert.equal(snapshot.partners[0]?.published.state, 'healthy');
});

test('while we are blind: metrics, page, API and command line say so first, and of partners only that they are unknown', async () => {
  const snapshot = await reading(false, false);
  assert.deepEqual(
    lines(snapshot, /blind/).filter((line) => line.endsWith(' 1')),
    ['fedmon_blind paris-1 canary 1'],
  );
  const states = lines(snapshot, /^fedmon_partner_state$/).filter((line) => line.endsWith(' 1'));
  assert.deepEqual(states, [
    'fedmon_partner_state good.example unknown 1',
    'fedmon_partner_state other.example maintenance 1',
  ]);
  const known = lines(snapshot, /^fedmon_(partner_(cause|edges|state_since)|check_success|edge|tls)/);
  assert.deepEqual(
    known.filter((line) => line.includes('good.example')),
    [],
  );

  const why =
    'From paris-1 our canary sip.canary.example:5061 does not pass: sip.canary.example:5061 did not answer within 4000 ms.';
  const page = text(fleetPage(snapshot, fleetQuery({})));
  assert.match(page, /We do not see: nothing is known of any partner now/);
  assert.match(page, /Do not trust what is below\. Our canary fails: we do not see \(for 1 min\)\./);
  assert.doesNotMatch(page, /Needs attention/);

  const [row] = blindRows(snapshot) ?? [];
  assert.deepEqual(
    [row?.vantage, row?.reason, row?.since, row?.cause.code, row?.cause.side, row?.cause.summary],
    ['paris-1', 'canary', new Date(nowMs - minute).toISOString(), 'blind_canary', 'ours', why],
  );
  const partner = snapshot.partners[0]!;
  const { state, reason, since, cause } = partnerRow(partner, nowMs);
  assert.deepEqual([state, reason, since, cause?.code], ['unknown', 'blind', row?.since, 'blind_canary']);
  const { says, side, action } = explanationOf(partner, nowMs);
  assert.deepEqual([says, side], [why, 'ours']);
  assert.match(action ?? '', /fedmon check/);

  const list = renderPartners(snapshot, { colour: false, columns: 200 });
  assert.match(list, /^Our canary fails: we do not see \(from paris-1, since \S+ \S+ UTC\)\n +Why +From paris-1/);
  assert.match(list, /2 partners: 1 unknown, 1 maintenance\n$/);
});

test('without a canary nothing is said of our sight', async () => {
  const { partners, maintenance } = config;
  const snapshot = await reading(false, false, { partners, maintenance });
  assert.equal(snapshot.sight, undefined);
  assert.equal(blindRows(snapshot), null);
  assert.deepEqual(lines(snapshot, /blind|canary|control/), []);
  assert.equal(snapshot.partners[0]?.published.state, 'healthy');
});

test('of several vantages one that does not see is said, and partners stay what they are', async () => {
  const store = createMemoryStore();
  const names = ['paris-1', 'rome-1'];
  for (const [at, vantage] of names.entries()) {
    const seen = look('canary', nowMs - minute, at > 0);
    await store.at(vantage).recordLook({ ...seen, vantage });
  }
  const { partners, maintenance, canary } = config;
  const snapshot = await readSnapshot(store, { partners, maintenance, canary, vantages: { names, quorum: 2 } }, nowMs);
  assert.ok(snapshot.sight);
  assert.equal(snapshot.sight.blindness, null);
  assert.deepEqual(
    snapshot.sight.blind.map(({ vantage }) => vantage),
    ['paris-1'],
  );
  assert.match(text(fleetPage(snapshot, fleetQuery({}))), /What was seen from paris-1 is old/);
});
