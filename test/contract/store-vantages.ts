import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import { keysOf } from '../../src/store/keys.ts';
import { baseline, behind, driftChange, edge, edgeEvidence, keepMs, routeEvidence, standing } from '../store/values.ts';
import { standingChange } from '../store/values.ts';
import type { StoreUnderTest } from './store.ts';

const minute = 60_000;

/** What a store promises to several vantages. */
export function vantages(under: () => StoreUnderTest): void {
  test('each vantage claims, records and stands by itself; a partner that leaves an edge leaves it there only', async () => {
    const { store, other } = under();
    const places = [store.at('paris-1'), other.at('nyc-1'), store];
    const [near, far] = [edge(1), edge(2)];
    const wanted = [{ id: 'a.test', slotMs: minute }];
    for (const [at, place] of places.entries()) {
      assert.deepEqual(await place.claimPartners(wanted), wanted);
      assert.deepEqual(await place.claimEdges(wanted), wanted);
      assert.equal(await place.recordRoute(routeEvidence('a.test', minute, [at === 1 ? far : near]), keepMs), true);
      assert.equal(await place.recordEdge(edgeEvidence(near, minute, `seen by ${String(at)}`), keepMs), true);
      const state = at === 1 ? 'unreachable' : 'healthy';
      assert.equal(await place.advance(standing('a.test', minute, state), null, null, []), true);
    }
    const [paris, nyc] = [other.at('paris-1'), store.at('nyc-1')];
    assert.deepEqual(await paris.claimPartners(wanted), []);
    assert.deepEqual(await behind(paris, edgeId(far)), []);
    assert.deepEqual(await behind(nyc, edgeId(far)), ['a.test']);
    assert.equal((await nyc.standings(['a.test'])).get('a.test')?.state, 'unreachable');
    assert.equal((await paris.standings(['a.test'])).get('a.test')?.state, 'healthy');
    assert.deepEqual((await paris.edges([edgeId(near)])).get(edgeId(near)), edgeEvidence(near, minute, 'seen by 0'));

    assert.equal(await paris.recordRoute(routeEvidence('a.test', 2 * minute, []), keepMs), true);
    assert.deepEqual(await paris.edges([edgeId(near)]), new Map());
    assert.deepEqual(await paris.claimEdges([{ id: edgeId(near), slotMs: 1 }]), [{ id: edgeId(near), slotMs: 1 }]);
    assert.equal((await nyc.edges([edgeId(near)])).size, 1);
    assert.deepEqual(await behind(store, edgeId(near)), ['a.test']);
  });

  test('counters, baselines, events and turns belong to all vantages', async () => {
    const { store, other } = under();
    const [paris, nyc] = [store.at('paris-1'), other.at('nyc-1')];
    const now = standing('a.test', minute);
    const expected = baseline('a.test', minute);
    const followed = { baseline: expected, previousSlotMs: null, changes: [driftChange(expected)] };
    await paris.advance(now, null, standingChange(now), [{ check: 'dns', code: null }], followed);
    await nyc.advance(now, null, null, [{ check: 'dns', code: null }]);
    for (const each of [store, paris, nyc, nyc.at('paris-1')]) {
      assert.deepEqual((await each.tallies(['a.test'])).get('a.test')?.runs, { dns: 2 });
      assert.deepEqual((await each.baselines(['a.test'])).get('a.test'), expected);
      assert.deepEqual(await each.events(9), [standingChange(now), ...followed.changes]);
    }
    const slot = { sharer: 'a', slotMs: now.slotMs, everyMs: 600_000 };
    const wish = { place: '192.0.2.1:5061', gapMs: 60_000, leaseMs: 60_000, withinMs: 1, ...slot };
    assert.deepEqual(await paris.takeTurn({ ...wish, holder: 'paris-1:a' }), { is: 'now' });
    assert.deepEqual(await nyc.takeTurn({ ...wish, holder: 'nyc-1:a' }), { is: 'too_late' });
    await nyc.endTurn(wish.place, 'nyc-1:a');
    assert.deepEqual(await store.takeTurn({ ...wish, holder: 'paris-1:a' }), { is: 'now' });
  });

  test('what a single vantage wrote is at the keys that it was always at', async () => {
    const { store, plant } = under();
    const kept = standing('a.test', minute);
    await plant('{fedmon}:store:standing:a.test', `{"v":1,"slotMs":${String(minute)},"body":${JSON.stringify(kept)}}`);
    assert.deepEqual((await store.standings(['a.test'])).get('a.test'), kept);
    assert.deepEqual(await store.at('paris-1').standings(['a.test']), new Map());
    assert.equal(keysOf('{fedmon}', 'nyc-1').standing('a.test'), '{fedmon}:store:at:nyc-1:standing:a.test');
  });
}
