import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultHysteresis } from '../../src/federation/history.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import { mergePartners, type MergePorts } from '../../src/role/merge.ts';
import { emptyMemory } from '../../src/store/memory-parts.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { aPartner } from '../federation/samples.ts';
import { quiet, redisFor } from '../queue/rig.ts';
import { standing } from '../store/values.ts';

const minute = 60_000;
const names = ['paris-1', 'fra-1', 'nyc-1'];
const domains = ['a.test', 'b.test'];
const partners = new Map(domains.map((domain) => [domain, aPartner(domain, { everyMs: minute })]));
const hysteresis = { ...defaultHysteresis, holdDownMs: 0 };

const portsOf = (store: Store, nowMs: number): MergePorts => ({
  store,
  partners,
  vantages: { names, quorum: 2 },
  lookouts: [],
  hysteresis,
  nowMs,
});

/** A vantage commits its own standing of every partner, then publishes what all say. */
async function examine(store: Store, vantage: string, slot: number, state: JudgedState): Promise<void> {
  const [slotMs, previous] = [slot * minute, slot === 1 ? null : (slot - 1) * minute];
  for (const domain of domains) {
    const own = { ...standing(domain, slotMs, state), changedMs: slotMs };
    assert.equal(await store.at(vantage).advance(own, previous, null, []), true);
  }
  await mergePartners(portsOf(store, slotMs + 1000), domains);
}

/** What every reader must find once all are done. */
async function holds(store: Store, last: readonly JudgedState[], slot: number): Promise<void> {
  const published = await store.standings(domains);
  const events = (await store.events(1_000)).toReversed();
  for (const domain of domains) {
    const standing = published.get(domain) ?? assert.fail();
    assert.deepEqual(
      standing.ballot?.votes.map(({ state, slotMs }) => [state, slotMs]),
      last.map((state) => [state, slot * minute]),
    );
    let state = 'unknown';
    for (const change of events.filter((each) => each.domain === domain)) {
      assert.ok(change.what === undefined);
      assert.equal(change.from, state, 'each change follows from the one before: none is told twice, none is left out');
      state = change.to;
    }
    assert.equal(state, standing.state);
  }
}

const found = fc.constantFrom<JudgedState>('healthy', 'degraded', 'unreachable', 'refused');
const rounds = fc.array(fc.tuple(found, found, found), { minLength: 1, maxLength: 6 });

async function races(open: () => Promise<readonly [Store, Store]>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(rounds, async (slots) => {
    const [one, other] = await open();
    for (const [at, states] of slots.entries()) {
      // All places at once, and somebody who publishes without having looked.
      await Promise.all([
        ...states.map((state, of) => examine(of % 2 === 0 ? one : other, names[of] ?? '', at + 1, state)),
        mergePartners(portsOf(other, (at + 1) * minute + 1000), domains),
      ]);
      await holds(one, states, at + 1);
    }
  });
  await fc.assert(property, { numRuns });
}

test('places that publish at the same time: no vote is lost, each change is told once (memory)', async () => {
  await races(() => {
    const memory = emptyMemory();
    return Promise.resolve([createMemoryStore(memory), createMemoryStore(memory)]);
  }, 100);
});

test('places that publish at the same time: no vote is lost, each change is told once (redis)', async (t) => {
  const running = await redisFor(t);
  if (running === null) return;
  const { redis, atEnd } = running;
  let run = 0;
  const opened: Store[] = [];
  atEnd(async () => {
    await Promise.all(opened.map((each) => each.close()));
  });
  await races(() => {
    run += 1;
    const pair = [0, 1].map(() => createRedisStore({ url: redis.url, prefix: `{merge-${String(run)}}` }, quiet));
    opened.push(...pair);
    return Promise.resolve(pair as unknown as readonly [Store, Store]);
  }, 15);
});

test('publishing again what is published changes nothing, and who is not in the config is left alone', async () => {
  const store = createMemoryStore();
  await examine(store, 'paris-1', 1, 'healthy');
  const before = await store.standings(domains);
  await mergePartners(portsOf(store, minute + 2000), [...domains, 'stranger.test']);
  assert.deepEqual(await store.standings([...domains, 'stranger.test']), before);
  assert.equal((await store.events(9)).length, 2);
});
