import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partner } from '../../src/federation/partner.ts';
import type { Standing } from '../../src/federation/standing.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Store } from '../../src/store/store.ts';
import { baseline, edge, edgeEvidence, keepMs, routeEvidence, standing, standingChange } from './values.ts';

const minute = 60_000;

function partner(domain: string): Partner {
  const unsaid = { name: null, owner: null, contact: null, route: null };
  return { domain, tier: 'standard', profile: 'microsoft-federation', everyMs: minute, timeoutMs: 30_000, ...unsaid };
}

test('a snapshot holds the partners of the config in order, with the fresh edges of the newest route', async () => {
  const store = createMemoryStore();
  const slotMs = 10 * minute;
  const route = routeEvidence('a.test', slotMs, [edge(3), edge(1), edge(2), edge(4)]);
  const [third, first, old] = [
    edgeEvidence(edge(3), slotMs),
    edgeEvidence(edge(1), slotMs),
    edgeEvidence(edge(2), 6 * minute),
  ];
  await store.recordRoute(routeEvidence('a.test', slotMs - minute, [edge(9)]), keepMs);
  for (const evidence of [third, first, old, edgeEvidence(edge(9), slotMs)]) await store.recordEdge(evidence, keepMs);
  await store.recordRoute(route, keepMs);
  const now = standing('a.test', slotMs);
  const expected = baseline('a.test', slotMs);
  const followed = { baseline: expected, previousSlotMs: null, changes: [] };
  await store.advance(now, null, standingChange(now), [{ check: 'dns', code: null }], followed);
  const stranger = standing('stranger.test', slotMs);
  await store.advance(stranger, null, standingChange(stranger), []);

  const window = { partners: ['b.test'], fromMs: 0, untilMs: 20 * minute, reason: 'move' };
  const config = { partners: [partner('b.test'), partner('a.test')], maintenance: [window] };
  assert.deepEqual(await readSnapshot(store, config, slotMs), {
    nowMs: slotMs,
    storeUp: true,
    partners: [
      {
        published: {
          partner: partner('b.test'),
          standing: null,
          state: 'maintenance',
          sinceMs: 0,
          reason: 'maintenance',
          untilMs: 20 * minute,
        },
        route: null,
        edges: [],
        tally: { runs: {}, failures: [] },
        baseline: null,
      },
      {
        published: {
          partner: partner('a.test'),
          standing: now,
          state: 'healthy',
          sinceMs: slotMs,
          reason: null,
          untilMs: null,
        },
        route,
        edges: [third, first],
        tally: { runs: { dns: 1 }, failures: [] },
        baseline: expected,
      },
    ],
    events: [standingChange(now)],
  });
});

test('evidence of an edge is shown for three intervals and no longer', async () => {
  const store = createMemoryStore();
  await store.recordRoute(routeEvidence('a.test', 0, [edge(1)]), keepMs);
  await store.recordEdge(edgeEvidence(edge(1), 0), keepMs);
  const shown = async (nowMs: number): Promise<number | undefined> =>
    (await readSnapshot(store, { partners: [partner('a.test')], maintenance: [] }, nowMs)).partners[0]?.edges.length;
  assert.deepEqual([await shown(3 * minute), await shown(3 * minute + 1)], [1, 0]);
});

test('more partners than are read at once, behind one edge that is read once', async () => {
  const store = createMemoryStore();
  const partners = Array.from({ length: 1_100 }, (_, at) => partner(`p${String(at)}.test`));
  await Promise.all(partners.map(({ domain }) => store.recordRoute(routeEvidence(domain, 0, [edge(1)]), keepMs)));
  await store.recordEdge(edgeEvidence(edge(1), 0), keepMs);
  const asked: (readonly string[])[] = [];
  const edges = (ids: readonly string[]): ReturnType<typeof store.edges> => {
    asked.push(ids);
    return store.edges(ids);
  };
  let turns = 0;
  const other = setInterval(() => (turns += 1), 0);
  const snapshot = await readSnapshot({ ...store, edges }, { partners, maintenance: [] }, 0);
  clearInterval(other);
  assert.deepEqual(
    asked.map((ids) => ids.length),
    [1, 0, 0],
  );
  assert.deepEqual(
    snapshot.partners.map(({ published, edges: seen }) => [published.partner.domain, seen.length]),
    partners.map(({ domain }) => [domain, 1]),
  );
  assert.ok(turns > 0, 'nothing else got a turn');
});

test('a store that cannot be reached is an answer; a bug is not', async () => {
  const store = createMemoryStore();
  const config = { partners: [partner('a.test')], maintenance: [] };
  const broken = { ...store, routes: () => Promise.reject(new TypeError('a bug')) };
  await assert.rejects(readSnapshot(broken, config, 1), TypeError);
  await store.close();
  assert.deepEqual(await readSnapshot(store, config, 7), { nowMs: 7, storeUp: false, partners: [], events: [] });
});

test("a window of a provider covers the partner whose newest route, or pinned host, is the provider's", async () => {
  const store = createMemoryStore();
  const slotMs = 10 * minute;
  const theirs = { ...edge(1), host: 'sipfed.online.lync.com' };
  await store.recordRoute(routeEvidence('hosted.test', slotMs, [theirs]), keepMs);
  await store.recordRoute(routeEvidence('own.test', slotMs, [edge(2)]), keepMs);
  const window = { partners: [], providers: ['microsoft-365'], fromMs: 0, untilMs: 20 * minute, reason: 'theirs' };
  const pinned = { ...partner('pinned.test'), route: { host: 'sipfed.online.lync.com', port: 5061 } };
  const partners = [partner('hosted.test'), partner('own.test'), pinned];
  const snapshot = await readSnapshot(store, { partners, maintenance: [window] }, slotMs);
  const states = snapshot.partners.map(({ published }) => published.state);
  assert.deepEqual(states, ['maintenance', 'unknown', 'maintenance']);
});

test('who was not examined since an earlier reading is not read again; who is stale, or has another standing or route, is', async () => {
  const memory = createMemoryStore();
  const slotMs = 10 * minute;
  const domains = ['same.test', 'examined.test', 'underway.test'];
  const counted = [{ check: 'dns', code: null }] as const;
  for (const domain of domains) {
    await memory.recordRoute(routeEvidence(domain, slotMs, [edge(1)]), keepMs);
    await memory.advance(standing(domain, slotMs), null, null, counted);
  }
  // A store that remembers gives the same object while a value reads the same.
  const kept = new Map<string, Standing>();
  const asked: Record<'routes' | 'tallies', (readonly string[])[]> = { routes: [], tallies: [] };
  const store: Store = {
    ...memory,
    async standings(some) {
      const found = await memory.standings(some);
      for (const [domain, each] of found) if (kept.get(domain)?.slotMs !== each.slotMs) kept.set(domain, each);
      return new Map([...found.keys()].map((domain) => [domain, kept.get(domain)!]));
    },
    routes(some) {
      asked.routes.push(some);
      return memory.routes(some);
    },
    tallies(some) {
      asked.tallies.push(some);
      return memory.tallies(some);
    },
  };
  const partners = domains.map((domain) => ({ ...partner(domain), everyMs: 5 * minute }));
  const config = { partners, maintenance: [] };
  const first = await readSnapshot(store, config, slotMs + minute);
  await memory.recordRoute(routeEvidence('examined.test', slotMs + 5 * minute, [edge(2)]), keepMs);
  await memory.advance(standing('examined.test', slotMs + 5 * minute), slotMs, null, counted);
  // Its edges are being asked: what is shown goes together until there is a standing of the new route.
  await memory.recordRoute(routeEvidence('underway.test', slotMs + 5 * minute, [edge(3)]), keepMs);
  await memory.recordEdge(edgeEvidence(edge(1), slotMs + 5 * minute), keepMs);
  const nowMs = slotMs + 6 * minute;
  const second = await readSnapshot(store, config, nowMs, { before: first });
  assert.deepEqual([asked.routes.at(-1), asked.tallies.at(-1)], [['examined.test'], ['examined.test']]);
  const anew = await readSnapshot(store, config, nowMs);
  assert.deepEqual(second.partners.slice(0, 2), anew.partners.slice(0, 2));
  assert.equal(second.partners[0]?.edges[0]?.slotMs, slotMs + 5 * minute);
  assert.equal(second.partners[2]?.route?.slotMs, slotMs);

  const lateMs = slotMs + 5 * minute + 16 * minute;
  const late = await readSnapshot(store, config, lateMs, { before: second });
  assert.deepEqual(asked.routes.at(-1), domains);
  assert.deepEqual(late, await readSnapshot(store, config, lateMs));

  const vantages = { names: ['paris-1', 'nyc-1'], quorum: 2 };
  await readSnapshot(store, { ...config, vantages }, nowMs, { before: second });
  assert.deepEqual(asked.tallies.at(-1), domains);
});
