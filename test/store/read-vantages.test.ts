import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptNow } from '../../src/cli/baseline.ts';
import { checkDefaults } from '../../src/config/defaults.ts';
import { edgeId } from '../../src/federation/edge.ts';
import type { Ballot } from '../../src/federation/vantage.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import { aPartner } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';
import { edge, edgeEvidence, keepMs, routeEvidence, standing } from './values.ts';

const minute = 60_000;
const slotMs = 10 * minute;
const names = ['paris-1', 'nyc-1'];
const vantages = { names, quorum: 2 };
const ballot = (shownFrom: string): Ballot => ({ quorum: 2, votes: [], shownFrom });

test('of several vantages the evidence is that of the one that shows the published state', async () => {
  const store = createMemoryStore();
  for (const [at, name] of names.entries()) {
    for (const domain of ['a.test', 'b.test', 'new.test']) {
      await store.at(name).recordRoute(routeEvidence(domain, slotMs, [edge(1), edge(2 + at)]), keepMs);
    }
    for (const each of [edge(1), edge(2 + at)])
      await store.at(name).recordEdge(edgeEvidence(each, slotMs, name), keepMs);
  }
  await store.advance({ ...standing('a.test', slotMs), ballot: ballot('paris-1') }, null, null, []);
  await store.advance({ ...standing('b.test', slotMs), ballot: ballot('nyc-1') }, null, null, []);
  const partners = ['a.test', 'b.test', 'new.test'].map((domain) => aPartner(domain));
  const config = { partners, maintenance: [], vantages, vantage: 'nyc-1' };
  const { partners: seen } = await readSnapshot(store, config, slotMs);
  const shown = seen.map(({ published, edges }) => [
    published.partner.domain,
    edges.map(({ edge: of }) => edgeId(of)),
    edges.map((each) => JSON.stringify(each).includes('nyc-1')),
  ]);
  assert.deepEqual(shown, [
    ['a.test', [edge(1), edge(2)].map(edgeId), [false, false]],
    ['b.test', [edge(1), edge(3)].map(edgeId), [true, true]],
    // Nothing is published yet: what is seen from the place of whoever reads.
    ['new.test', [edge(1), edge(3)].map(edgeId), [true, true]],
  ]);
});

test('another vantage can be asked for; where there is one, nothing says where from', async () => {
  const store = createMemoryStore();
  await store.recordRoute(routeEvidence('a.test', slotMs, [edge(1)]), keepMs);
  await store.at('nyc-1').recordRoute(routeEvidence('a.test', slotMs, [edge(2)]), keepMs);
  await store.advance({ ...standing('a.test', slotMs), ballot: ballot('paris-1') }, null, null, []);
  const config = { partners: [aPartner('a.test')], maintenance: [] };
  const [asked] = (await readSnapshot(store, { ...config, vantages, from: 'nyc-1' }, slotMs)).partners;
  assert.deepEqual([asked?.seenFrom, asked?.route?.edges], ['nyc-1', [edge(2)]]);
  const [alone] = (await readSnapshot(store, { ...config, vantage: 'paris-1' }, slotMs)).partners;
  assert.ok(alone);
  assert.deepEqual(['seenFrom' in alone, alone.route?.edges], [false, [edge(1)]]);
});

test('what an operator accepts is what the first vantage sees, since it is the one that follows it', async () => {
  const store = createMemoryStore();
  const nowMs = Date.now();
  const of = made.partner('a.test');
  for (const [at, name] of names.entries()) {
    const there = made.edge(edge(1 + at).host, `192.0.2.${String(1 + at)}`);
    const route = { ...made.routeEvidence(of, [there]), at: new Date(nowMs).toISOString(), slotMs: nowMs };
    await store.at(name).recordRoute(route, keepMs);
    await store.at(name).advance(standing('a.test', nowMs), null, null, []);
  }
  await store.advance({ ...standing('a.test', nowMs), ballot: ballot('nyc-1') }, null, null, []);
  const config = { ...checkDefaults(), vantages, vantage: 'nyc-1', partners: [aPartner('a.test')] };
  const { baseline } = await acceptNow(store, config, 'a.test');
  assert.deepEqual(
    baseline.targets.map(({ host }) => host),
    [edge(1).host],
  );
  assert.deepEqual((await store.baselines(['a.test'])).get('a.test'), baseline);
});
