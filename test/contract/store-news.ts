import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { baseline, behind, edge, keepMs, routeEvidence, standing } from '../store/values.ts';
import type { StoreUnderTest } from './store.ts';

const minute = 60_000;
const keys = keysOf();

async function route(store: Store, domain: string, slotMs: number): Promise<void> {
  assert.equal(await store.recordRoute(routeEvidence(domain, slotMs, [edge(1)]), keepMs), true);
}

/** What a store promises about routes that were not judged yet, and about a route that replaces one that was read. */
export function news(under: () => StoreUnderTest): void {
  test('news is a route of a later slot than what was judged, with all that judging begins from', async () => {
    const { store, other } = under();
    const expected = baseline('judged.test', minute);
    const followed = { baseline: expected, previousSlotMs: null, changes: [] };
    for (const domain of ['never.test', 'judged.test', 'done.test']) await route(store, domain, minute);
    const judged = standing('judged.test', minute);
    assert.equal(await store.advance(judged, null, null, [], followed), true);
    assert.equal(await store.advance(standing('done.test', minute), null, null, []), true);
    await route(store, 'judged.test', 2 * minute);
    const { found, nowMs } = await other.news(['absent.test', 'never.test', 'done.test', 'judged.test']);
    assert.deepEqual(found, [
      { route: routeEvidence('never.test', minute, [edge(1)]), standing: null, baseline: null },
      { route: routeEvidence('judged.test', 2 * minute, [edge(1)]), standing: judged, baseline: expected },
    ]);
    assert.ok(Math.abs(nowMs - (await store.time())) < 1_000, 'by the clock of the store');
    assert.deepEqual((await other.news([])).found, []);
  });

  test('a standing that was written while the clock was an hour ahead hides no news, and one that cannot be read neither; a route of then is none', async () => {
    const { store, plant } = under();
    const nowMs = await store.time();
    const ahead = standing('ahead.test', nowMs + 3_600_000);
    await store.advance(ahead, null, null, []);
    for (const domain of ['ahead.test', 'broken.test']) await route(store, domain, nowMs);
    await route(store, 'future.test', nowMs + 3_600_000);
    await plant(keys.standing('broken.test'), 'not a value');
    const { found } = await store.news(['ahead.test', 'future.test', 'broken.test']);
    assert.deepEqual(
      found.map((each) => each.standing),
      [ahead, null],
    );
  });

  test('news of more partners than one look takes comes whole and in order; each vantage has its own', async () => {
    const { store } = under();
    const domains = Array.from({ length: 250 }, (_, at) => `p${String(at)}.test`);
    await Promise.all(domains.map((domain) => route(store, domain, minute)));
    const { found } = await store.news(domains);
    assert.deepEqual(
      found.map((each) => each.route.domain),
      domains,
    );
    assert.deepEqual((await store.at('rome-1').news(domains)).found, []);
  });

  test('a route that replaces one that was read moves its partner, also when the stored one is another by now', async () => {
    const { store, other } = under();
    const [first, second, third] = [1, 2, 3].map((at) => routeEvidence('a.test', at * minute, [edge(at)]));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(await store.recordRoute(first, keepMs, null), true);
    assert.equal(await other.recordRoute(second, keepMs, first), true);
    assert.equal(await store.recordRoute(third, keepMs, first), true);
    assert.equal(await store.recordRoute(first, keepMs, null), false);
    const listed = await Promise.all([1, 2, 3].map((at) => behind(store, edgeId(edge(at)))));
    assert.deepEqual(listed, [[], [], ['a.test']]);
  });
}
