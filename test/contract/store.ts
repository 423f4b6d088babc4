import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { edgeId } from '../../src/federation/edge.ts';
import { mostValueBytes, type CodedStore } from '../../src/store/codec.ts';
import { nextLook } from '../../src/federation/blindness.ts';
import { mostAheadMs } from '../../src/federation/slot.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Tick, TurnWish } from '../../src/store/store.ts';
import {
  baseline,
  behind,
  driftChange,
  edge,
  edgeEvidence,
  keepMs,
  ownReport,
  routeEvidence,
  standing,
  standingChange,
} from '../store/values.ts';
import { causes } from './store-causes.ts';
import { setups } from './store-setup.ts';
import { ledger } from './store-ledger.ts';
import { news } from './store-news.ts';
import { orders } from './store-orders.ts';
import { vantages } from './store-vantages.ts';

/** A store under test and what only the suite may do to it. */
export interface StoreUnderTest {
  readonly store: CodedStore;
  /** Another caller of the same memory, as a second process would be. */
  readonly other: CodedStore;
  /** Puts a text where the store would have put a value. */
  readonly plant: (key: string, text: string) => Promise<void>;
  /** How many keys there are, and members in the cursor of edges. */
  readonly size: () => Promise<number>;
  /** The texts of requests that are kept of an edge, in order. */
  readonly requestsKept: (id: string) => Promise<readonly string[]>;
  /** Loses everything, as FLUSHALL does. */
  readonly flush: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const keys = keysOf();
const minute = 60_000;
const failed: Tick = { check: 'tls', code: 'tls_alert' };
const passed: Tick = { check: 'dns', code: null };

/** What every store promises. `make` is called once; each case starts from an empty store. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest;
    before(async () => (under = await make()));
    beforeEach(() => under.flush());
    after(() => under.end());

    claims(() => under);
    aheadOfTheClock(() => under);
    evidence(() => under);
    standings(() => under);
    baselines(() => under);
    turns(() => under);
    vantages(() => under);
    ledger(() => under);
    news(() => under);
    orders(() => under);
    looks(() => under);
    ownReports(() => under);
    causes(() => under);
    setups(() => under);
    losses(() => under);
  });
}

type Under = () => StoreUnderTest;

function looks(under: Under): void {
  const cause = {
    code: 'tcp_silent',
    severity: 'fail',
    layer: 'tcp',
    endpoint: null,
    args: {},
    summary: 'silent',
  } as const;
  const seen = { vantage: 'paris-1', target: 'canary' };

  test('a look is kept by target, the newest one only; each vantage has its own', async () => {
    const { store, other } = under();
    const good = nextLook(null, { ...seen, slotMs: minute, reason: null, cause: null });
    const bad = nextLook(good, { ...seen, slotMs: 2 * minute, reason: 'uplink', cause });
    assert.equal(await store.recordLook(bad), true);
    assert.equal(await other.recordLook(good), false);
    assert.equal(await other.recordLook(bad), false);
    assert.deepEqual([...(await other.looks(['canary', 'other']))], [['canary', bad]]);
    assert.equal((await store.at('rome-1').looks(['canary'])).size, 0);
  });

  test('the time is that of the store', async () => {
    const apartMs = (await under().store.time()) - Date.now();
    assert.ok(Math.abs(apartMs) < 5_000, String(apartMs));
  });

  test('a look that cannot be read is absent, counted, and makes room', async () => {
    const { store, plant } = under();
    await plant(keys.look('canary'), '{"v":1,"slotMs":99999999999999,"body":{"passed":"yes"}}');
    const before = store.ignoredValues;
    assert.equal((await store.looks(['canary'])).size, 0);
    assert.equal(store.ignoredValues, before + 1);
  });
}

function ownReports(under: Under): void {
  test('a report of our own certificates is one for all vantages, the newest one only', async () => {
    const { store, other } = under();
    assert.equal(await store.own(), null);
    const [older, newer] = [ownReport(minute, 1), ownReport(2 * minute, 2)];
    assert.equal(await store.recordOwn(newer), true);
    assert.equal(await other.recordOwn(older), false);
    assert.equal(await other.recordOwn(newer), false);
    assert.deepEqual(await other.own(), newer);
    assert.deepEqual(await store.at('rome-1').own(), newer);
  });

  test('a report that is too large lists fewer certificates and counts the others', async () => {
    const { store } = under();
    const report = ownReport(minute, 300);
    assert.ok(JSON.stringify(report).length > mostValueBytes);
    assert.equal(await store.recordOwn(report), true);
    const kept = await store.own();
    assert.deepEqual(kept?.certificates, report.certificates.slice(0, 150));
    assert.equal(kept.dropped, 150);
  });

  test('a report that cannot be read is absent, counted, and makes room when it is of another version', async () => {
    const { store, plant } = under();
    await plant(keys.own, '{"v":1,"slotMs":60000,"body":{"slotMs":60000,"certificates":[{"name":1}]}}');
    const before = store.ignoredValues;
    assert.equal(await store.own(), null);
    assert.equal(store.ignoredValues, before + 1);
    await plant(keys.own, '{"v":2,"slotMs":99999999999999,"body":{}}');
    assert.equal(await store.recordOwn(ownReport(minute, 1)), true);
  });
}

function claims(under: Under): void {
  test('a slot is granted once among 20 callers at the same time', async () => {
    const { store, other } = under();
    const wanted = ['a.test', 'b.test', 'c.test'].map((id) => ({ id, slotMs: minute }));
    const callers = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? store : other));
    const granted = await Promise.all(callers.map((caller) => caller.claimPartners(wanted)));
    assert.deepEqual(
      granted.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      wanted,
    );
    assert.deepEqual(await store.claimPartners(wanted), []);
  });

  test('only newer slots are granted, each kind of claim by itself', async () => {
    const { store } = under();
    const [older, newer] = [
      { id: 'x', slotMs: minute },
      { id: 'x', slotMs: 2 * minute },
    ];
    assert.deepEqual(await store.claimEdges([newer]), [newer]);
    assert.deepEqual(await store.claimEdges([older, newer]), []);
    assert.deepEqual(await store.claimPartners([older, newer]), [older, newer]);
    assert.deepEqual(await store.claimPartners([]), []);
  });

  test('a claim with an impossible slot grants nothing of it', async () => {
    const { store } = under();
    const wanted = Array.from({ length: 1_000 }, (_, at) => ({ id: `p${String(at)}.test`, slotMs: minute }));
    const odd = wanted.map((each, at) => (at === 700 ? { ...each, slotMs: NaN } : each));
    await assert.rejects(store.claimPartners(odd), { name: 'RangeError', message: /p700\.test is NaN/ });
    assert.equal((await store.claimPartners(wanted)).length, 1_000);
  });

  test('what was granted to partners is open until it is settled: to all, as it was granted, once it is old enough', async () => {
    const { store, other } = under();
    const claim = (id: string) => ({ id, slotMs: minute });
    const [one, two] = [[claim('a.test'), claim('b.test')], [claim('c.test')]];
    assert.deepEqual(await store.openClaims(0), []);
    await store.claimPartners(one);
    await store.claimPartners([...one, ...two]);
    await store.claimPartners(one);
    await store.claimEdges([claim('edge')]);
    const byName = (grants: Awaited<ReturnType<typeof store.openClaims>>) =>
      grants.toSorted(([a], [b]) => ((a?.id ?? '') < (b?.id ?? '') ? -1 : 1));
    assert.deepEqual(byName(await other.openClaims(0)), [one, two], 'only what was granted');
    assert.deepEqual(await other.openClaims(60_000), [], 'not yet that old');
    await other.settleClaims(one);
    await other.settleClaims(one);
    await other.settleClaims([]);
    assert.deepEqual(await store.openClaims(0), [two]);
    await store.settleClaims(two);
    assert.deepEqual(await store.openClaims(0), []);
  });

  test('thousands of claims are granted in order', async () => {
    const wanted = Array.from({ length: 1_203 }, (_, at) => ({ id: `p${String(at)}.test`, slotMs: minute + at }));
    assert.deepEqual(await under().store.claimPartners(wanted), wanted);
    assert.deepEqual(await under().store.claimPartners(wanted), []);
  });
}

function aheadOfTheClock(under: Under): void {
  test('the clock of the store is that of this machine, in milliseconds', async () => {
    assert.ok(Math.abs((await under().store.time()) - Date.now()) < 2_000);
  });

  test('a slot is granted up to a minute ahead of the clock, and not beyond', async () => {
    const nowMs = await under().store.time();
    const wanted = [
      { id: 'a.example', slotMs: nowMs + mostAheadMs },
      { id: 'b.example', slotMs: nowMs + mostAheadMs + 60_000 },
    ];
    assert.deepEqual(await under().store.claimPartners(wanted), wanted.slice(0, 1));
    assert.deepEqual(await under().store.claimEdges(wanted), wanted.slice(0, 1));
  });

  test('what was written while the clock was an hour ahead keeps nobody out', async () => {
    const { store } = under();
    const nowMs = await store.time();
    const aheadMs = nowMs + 3_600_000;
    const at = edge(1);
    const outcomes: boolean[] = [];
    for (const slotMs of [aheadMs, nowMs, nowMs - 1]) {
      outcomes.push(await store.recordRoute(routeEvidence('a.example', slotMs, [at]), keepMs));
      outcomes.push(await store.recordEdge(edgeEvidence(at, slotMs), keepMs));
    }
    assert.deepEqual(outcomes, [true, true, true, true, false, false]);
    assert.equal((await store.routes(['a.example'])).get('a.example')?.slotMs, nowMs);

    assert.equal(await store.advance(standing('a.example', aheadMs), null, null, []), true);
    assert.equal(await store.advance(standing('a.example', nowMs), aheadMs, null, []), true);
    assert.equal(await store.advance(standing('a.example', nowMs - 1), nowMs, null, []), false);
    assert.equal((await store.standings(['a.example'])).get('a.example')?.slotMs, nowMs);
  });
}

function evidence(under: Under): void {
  test('evidence comes back whole', async () => {
    const { store, other } = under();
    const [one, two] = [edge(1), edge(2)];
    const route = routeEvidence('a.test', minute, [two, one]);
    const seen = edgeEvidence(one, minute);
    assert.equal(await store.recordRoute(route, keepMs), true);
    assert.equal(await store.recordEdge(seen, keepMs), true);
    assert.deepEqual(await other.routes(['none.test', 'a.test']), new Map([['a.test', route]]));
    assert.deepEqual(await other.edges([edgeId(one), edgeId(two)]), new Map([[edgeId(one), seen]]));
    assert.deepEqual(await store.routes([]), new Map());
  });

  test('an edge is fenced by its slot', async () => {
    const { store } = under();
    const newest = edgeEvidence(edge(1), 2 * minute, 'newest');
    assert.equal(await store.recordEdge(newest, keepMs), true);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), minute, 'late'), keepMs), false);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 2 * minute, 'again'), keepMs), false);
    assert.deepEqual(await store.edges([edgeId(edge(1))]), new Map([[edgeId(edge(1)), newest]]));
  });

  test('a new route moves the partner from the edges it left to those it has', async () => {
    const { store, other } = under();
    const [old, kept, fresh] = [edge(1), edge(2), edge(3)];
    const listed = (): Promise<unknown> => Promise.all([old, kept, fresh].map((each) => behind(store, edgeId(each))));
    await store.recordRoute(routeEvidence('b.test', minute, [old, kept]), keepMs);
    await store.recordRoute(routeEvidence('a.test', minute, [old]), keepMs);
    assert.deepEqual(await listed(), [['a.test', 'b.test'], ['b.test'], []]);

    assert.equal(await other.recordRoute(routeEvidence('b.test', 2 * minute, [kept, fresh]), keepMs), true);
    assert.deepEqual(await listed(), [['a.test'], ['b.test'], ['b.test']]);
    assert.equal(await store.recordRoute(routeEvidence('b.test', minute, [old]), keepMs), false);
    assert.equal(await store.recordRoute(routeEvidence('b.test', 2 * minute, [old]), keepMs), false);
    assert.deepEqual(await listed(), [['a.test'], ['b.test'], ['b.test']]);
    assert.equal(await store.recordRoute(routeEvidence('b.test', 3 * minute, []), keepMs), true);
    assert.deepEqual(await listed(), [['a.test'], [], []]);
  });

  test('routes recorded at the same time leave the index of the newest', async () => {
    const { store, other } = under();
    const slots = [5, 2, 4, 1, 3];
    await Promise.all(
      slots.map((slot, at) =>
        (at % 2 === 0 ? store : other).recordRoute(routeEvidence('a.test', slot * minute, [edge(slot)]), keepMs),
      ),
    );
    const listed = await Promise.all([1, 2, 3, 4, 5].map((each) => behind(store, edgeId(edge(each)))));
    assert.deepEqual(listed, [[], [], [], [], ['a.test']]);
  });

  test('what an edge says is kept in a smaller version when it is too large', async () => {
    const { store, other } = under();
    const huge = edgeEvidence(edge(1), minute, 'x'.repeat(65_536));
    assert.equal(await store.recordEdge(huge, keepMs), true);
    const kept = (await other.edges([edgeId(edge(1))])).get(edgeId(edge(1)));
    assert.deepEqual({ ...kept, observations: [] }, { ...huge, observations: [], shrunk: true });
    assert.deepEqual(
      kept?.observations.map(({ kind, steps }) => [kind, steps]),
      huge.observations.map(({ kind, steps }) => [kind, steps]),
    );
  });

  test('what no smaller version makes fit is refused by name', async () => {
    const { store } = under();
    const host = 'x'.repeat(65_536);
    await assert.rejects(store.recordEdge(edgeEvidence({ ...edge(1), host }, minute), keepMs), {
      name: 'EvidenceTooLarge',
      code: 'evidence_too_large',
      message: /the evidence of edge x+:5061 \(192\.0\.2\.1\) takes \d+ bytes, at most 65536 are kept/,
    });
    assert.equal(await under().size(), 0);
  });

  test('a partner whose targets are others at every slot leaves no more than its newest route', async () => {
    const { store, other, size } = under();
    const sizes: number[] = [];
    for (let slot = 1; slot <= 200; slot += 1) {
      const edges = Array.from({ length: 4 }, (_, at) => edge(1_000 * slot + at));
      await store.recordRoute(routeEvidence('a.test', slot * minute, [edge(1), ...edges]), keepMs);
      await other.claimEdges([edge(1), ...edges].map((each) => ({ id: edgeId(each), slotMs: slot * minute })));
      for (const each of [edge(1), ...edges]) await other.recordEdge(edgeEvidence(each, slot * minute), keepMs);
      sizes.push(await size());
    }
    // The route, the cursor of edges, and of each of five edges: its cursor, its partners, its evidence.
    assert.deepEqual([...new Set(sizes)], [17]);
    assert.equal((await store.edges([edgeId(edge(1))])).size, 1);
  });

  test('an edge that one of two partners leaves is kept for the other', async () => {
    const { store } = under();
    await store.recordRoute(routeEvidence('a.test', minute, [edge(1)]), keepMs);
    await store.recordRoute(routeEvidence('b.test', minute, [edge(1)]), keepMs);
    await store.claimEdges([{ id: edgeId(edge(1)), slotMs: minute }]);
    await store.recordEdge(edgeEvidence(edge(1), minute), keepMs);
    await store.recordRoute(routeEvidence('a.test', 2 * minute, []), keepMs);
    assert.equal((await store.edges([edgeId(edge(1))])).size, 1);
    assert.deepEqual(await store.claimEdges([{ id: edgeId(edge(1)), slotMs: minute }]), []);
    await store.recordRoute(routeEvidence('b.test', 2 * minute, []), keepMs);
    assert.equal((await store.edges([edgeId(edge(1))])).size, 0);
  });
}

function standings(under: Under): void {
  test('a standing with more to tell than fits is kept with fewer consequences', async () => {
    const { store, other } = under();
    const now = standing('a.test', minute, 'unreachable');
    const long = { ...now.consequences[0]!, summary: 'x'.repeat(2_000) };
    const huge = { ...now, consequences: Array.from({ length: 200 }, () => long) };
    assert.equal(await store.advance(huge, null, standingChange(huge), [failed]), true);
    const kept = (await other.standings(['a.test'])).get('a.test');
    assert.deepEqual(kept, { ...huge, consequences: huge.consequences.slice(0, 20), shrunk: true });

    const cause = { ...long, summary: 'y'.repeat(70_000) };
    const worse = { ...huge, slotMs: 2 * minute, cause };
    assert.equal(await store.advance(worse, minute, standingChange(worse), []), true);
    const still = (await other.standings(['a.test'])).get('a.test');
    assert.deepEqual([still?.cause?.code, still?.consequences, still?.cause?.summary.length], [cause.code, [], 254]);
    const [told] = await other.events(1);
    assert.ok(told !== undefined && told.what === undefined);
    assert.equal(told.cause?.summary.length, 254);
  });

  test('of two that advance from the same standing one wins and counts', async () => {
    const { store, other } = under();
    assert.equal(await store.advance(standing('a.test', minute), null, null, [passed]), true);
    const next = standing('a.test', 2 * minute, 'unreachable');
    const change = standingChange(next);
    const ticks = [passed, failed, { ...failed, code: 'tls_timeout' }];
    const wins = await Promise.all([store, other].map((each) => each.advance(next, minute, change, ticks)));
    assert.deepEqual(wins.toSorted(), [false, true]);
    assert.deepEqual(await store.standings(['a.test', 'b.test']), new Map([['a.test', next]]));
    assert.deepEqual(await store.events(10), [change]);
    const tally = {
      runs: { dns: 2, tls: 2 },
      failures: [
        { check: 'tls', code: 'tls_alert', count: 1 },
        { check: 'tls', code: 'tls_timeout', count: 1 },
      ],
    };
    assert.deepEqual(await other.tallies(['b.test', 'a.test']), new Map([['a.test', tally]]));
  });

  test('an advance that is repeated, older, or from a standing that is not there changes nothing', async () => {
    const { store } = under();
    const now = standing('a.test', 2 * minute);
    const change = standingChange(now);
    assert.equal(await store.advance(now, minute, change, [passed]), false);
    assert.equal(await store.advance(now, null, change, [passed]), true);
    assert.equal(await store.advance(now, null, change, [passed]), false);
    assert.equal(await store.advance(now, 2 * minute, change, [passed]), false);
    assert.equal(await store.advance(standing('a.test', minute), 2 * minute, change, [passed]), false);
    assert.deepEqual(await store.standings(['a.test']), new Map([['a.test', now]]));
    assert.deepEqual(await store.tallies(['a.test']), new Map([['a.test', { runs: { dns: 1 }, failures: [] }]]));
    assert.deepEqual(await store.events(10), [change]);
  });

  test('events come newest first, as many as asked for, and are capped', async () => {
    const { store } = under();
    const changes = Array.from({ length: 10_200 }, (_, at) =>
      standingChange(standing(`p${String(at)}.test`, minute + at)),
    );
    for (let from = 0; from < changes.length; from += 300) {
      const some = changes.slice(from, from + 300);
      await Promise.all(some.map((each) => store.advance(standing(each.domain, each.slotMs), null, each, [])));
    }
    assert.deepEqual(await store.events(3), changes.slice(-3).reverse());
    assert.deepEqual(await store.events(0), []);
    const kept = await store.events(20_000);
    assert.ok(kept.length >= 10_000 && kept.length <= 10_100, `${String(kept.length)} events`);
    assert.deepEqual(kept, changes.slice(-kept.length).reverse());
  });

  test('no order of advances ever takes a standing back in slot, and each counted once', async () => {
    const { store, other, flush } = under();
    const call = fc.record({
      slot: fc.integer({ min: 1, max: 6 }),
      previous: fc.option(fc.integer({ min: 1, max: 6 })),
    });
    const property = fc.asyncProperty(fc.array(fc.array(call, { maxLength: 4 }), { maxLength: 8 }), async (rounds) => {
      await flush();
      let [newest, won] = [0, 0];
      for (const round of rounds) {
        const outcomes = await Promise.all(
          round.map(({ slot, previous }, at) =>
            (at % 2 === 0 ? store : other).advance(standing('a.test', slot), previous, null, [passed]),
          ),
        );
        won += outcomes.filter(Boolean).length;
        const seen = (await store.standings(['a.test'])).get('a.test')?.slotMs ?? 0;
        assert.ok(seen >= newest, `went from ${String(newest)} to ${String(seen)}`);
        newest = seen;
      }
      const counted = (await store.tallies(['a.test'])).get('a.test')?.runs.dns ?? 0;
      assert.equal(counted, won);
    });
    await fc.assert(property, { numRuns: 60 });
  });
}

function baselines(under: Under): void {
  test('a baseline is committed with its standing, and its changes are told once before the change of the state', async () => {
    const { store, other } = under();
    const [now, expected] = [standing('a.test', minute), baseline('a.test', minute)];
    const followed = {
      baseline: expected,
      previousSlotMs: null,
      changes: [driftChange(expected), driftChange(expected)],
    };
    const wins = await Promise.all(
      [store, other].map((each) => each.advance(now, null, standingChange(now), [passed], followed)),
    );
    assert.deepEqual(wins.toSorted(), [false, true]);
    assert.deepEqual(await other.baselines(['b.test', 'a.test']), new Map([['a.test', expected]]));
    assert.deepEqual(await store.events(9), [standingChange(now), ...followed.changes]);
    assert.deepEqual((await store.tallies(['a.test'])).get('a.test')?.runs, { dns: 1 });
  });

  test('a standing that is refused takes its baseline with it', async () => {
    const { store } = under();
    await store.advance(standing('a.test', minute), null, null, []);
    const followed = { baseline: baseline('a.test', minute), previousSlotMs: null, changes: [] };
    assert.equal(await store.advance(standing('a.test', minute), null, null, [], followed), false);
    assert.deepEqual(await store.baselines(['a.test']), new Map());
  });

  test('who followed an older baseline than the accepted one keeps the standing and leaves the rest out', async () => {
    const { store, other } = under();
    const before = baseline('a.test', minute);
    await store.advance(standing('a.test', minute), null, null, [], {
      baseline: before,
      previousSlotMs: null,
      changes: [],
    });
    const accepted = { ...before, slotMs: minute + 1, acceptedMs: 5 };
    assert.equal(await other.acceptBaseline(accepted, minute, driftChange(accepted, 'accepted')), true);
    const late = { ...before, slotMs: 2 * minute };
    const next = standing('a.test', 2 * minute, 'unreachable');
    const followed = { baseline: late, previousSlotMs: minute, changes: [driftChange(late)] };
    assert.equal(await store.advance(next, minute, standingChange(next), [failed], followed), true);
    assert.deepEqual(await store.baselines(['a.test']), new Map([['a.test', accepted]]));
    assert.deepEqual(await store.events(9), [standingChange(next), driftChange(accepted, 'accepted')]);
    assert.deepEqual((await store.tallies(['a.test'])).get('a.test')?.runs, { tls: 1 });
  });

  test('of two that accept from the same baseline one wins; nothing learned yet can be accepted too', async () => {
    const { store, other } = under();
    const first = baseline('a.test', minute);
    const both = await Promise.all(
      [store, other].map((each) => each.acceptBaseline(first, null, driftChange(first, 'accepted'))),
    );
    assert.deepEqual(both.toSorted(), [false, true]);
    const second = { ...first, slotMs: minute + 1 };
    assert.equal(await store.acceptBaseline(second, null, driftChange(second, 'accepted')), false);
    assert.equal(await store.acceptBaseline(second, minute, driftChange(second, 'accepted')), true);
    assert.equal((await other.events(9)).length, 2);
  });

  test('a baseline that cannot be read is absent, counted, and makes room', async () => {
    const { store, plant } = under();
    for (const domain of ['a.test', 'b.test', 'c.test']) {
      const text =
        domain === 'a.test'
          ? '{"v":2,"slotMs":1,"body":{}}'
          : `{"v":1,"slotMs":${String(minute)},"body":{"domain":"${domain}"}}`;
      await plant(keys.baseline(domain), text);
    }
    const ignoredBefore = store.ignoredValues;
    assert.deepEqual(await store.baselines(['a.test', 'b.test']), new Map());
    assert.equal(store.ignoredValues - ignoredBefore, 2);
    const slots = [1, 2].map((slot) => slot * minute);
    for (const [at, slotMs] of slots.entries()) {
      for (const domain of ['a.test', 'b.test']) {
        const followed = { baseline: baseline(domain, slotMs), previousSlotMs: null, changes: [] };
        const known = (await store.baselines([domain])).get(domain)?.slotMs ?? null;
        const previous = at === 0 ? null : (slots[at - 1] ?? null);
        const done = await store.advance(standing(domain, slotMs), previous, null, [], {
          ...followed,
          previousSlotMs: known,
        });
        assert.equal(done, true);
      }
    }
    assert.equal((await store.baselines(['a.test', 'b.test'])).size, 2);
    const accepted = baseline('c.test', minute);
    assert.equal(await store.acceptBaseline(accepted, null, driftChange(accepted, 'accepted')), true);
    assert.deepEqual((await store.baselines(['c.test'])).get('c.test'), accepted);
  });

  test('a baseline with more than fits is kept without the names of certificates, then without certificates', async () => {
    const { store } = under();
    const whole = baseline('a.test', minute);
    const [certificate] = whole.certificates;
    assert.ok(certificate);
    const names = Array.from({ length: 20 }, (_, at) => `${'n'.repeat(240)}${String(at)}.test`);
    const many = { ...whole, certificates: Array.from({ length: 20 }, () => ({ ...certificate, names })) };
    assert.equal(await store.acceptBaseline(many, null, driftChange(many, 'accepted')), true);
    const kept = (await store.baselines(['a.test'])).get('a.test');
    assert.deepEqual(kept, {
      ...many,
      shrunk: true,
      certificates: many.certificates.map((each) => ({ ...each, names: null })),
    });

    const wide = {
      ...many,
      slotMs: 2 * minute,
      certificates: many.certificates.map((each) => ({ ...each, subject: 'x'.repeat(5_000) })),
    };
    assert.equal(await store.acceptBaseline(wide, minute, driftChange(wide, 'accepted')), true);
    const bare = (await store.baselines(['a.test'])).get('a.test');
    assert.deepEqual(bare, { ...wide, shrunk: true, hosts: [], certificates: [] });
  });

  test('entries of the stream that were written before there were sorts of them are still read', async () => {
    const { store } = under();
    const old = standingChange(standing('a.test', minute));
    assert.equal('what' in old, false);
    const now = standing('a.test', minute);
    await store.advance(now, null, old, []);
    const drift = driftChange(baseline('a.test', minute));
    await store.acceptBaseline(baseline('a.test', minute), null, drift);
    assert.deepEqual(await store.events(2), [drift, old]);
  });
}

function losses(under: Under): void {
  test('values that cannot be read are absent, counted, and replaced', async () => {
    const { store, plant } = under();
    const future = '{"v":2,"slotMs":999999999,"body":{"domain":"a.test"}}';
    const half = `{"v":1,"slotMs":${String(minute)},"body":{"domain":"b.te`;
    await plant(keys.standing('a.test'), future);
    await plant(keys.standing('b.test'), half);
    await plant(keys.standing('c.test'), 'not a value');
    await plant(keys.standing('d.test'), `{"v":1,"slotMs":${String(minute)},"body":{"domain":"d.test"}}`);
    await plant(keys.route('a.test'), future);
    await plant(keys.edge(edgeId(edge(1))), future);
    const domains = ['a.test', 'b.test', 'c.test', 'd.test'];

    const ignoredBefore = store.ignoredValues;
    assert.deepEqual(await store.standings(domains), new Map());
    assert.deepEqual(await store.routes(domains), new Map());
    assert.deepEqual(await store.edges([edgeId(edge(1))]), new Map());
    assert.equal(store.ignoredValues - ignoredBefore, 6);

    for (const domain of domains) {
      assert.equal(await store.advance(standing(domain, minute), null, null, []), true, domain);
    }
    assert.equal(await store.recordRoute(routeEvidence('a.test', minute, [edge(1)]), keepMs), true);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), minute), keepMs), true);
    assert.equal((await store.standings(domains)).size, 4);
    assert.deepEqual(await behind(store, edgeId(edge(1))), ['a.test']);
  });

  test('a store that lost everything in the middle starts again', async () => {
    const { store, flush } = under();
    const slot = [{ id: 'a.test', slotMs: minute }];
    await store.claimPartners(slot);
    await store.recordRoute(routeEvidence('a.test', minute, [edge(1)]), keepMs);
    await store.advance(standing('a.test', minute), null, null, [passed]);
    await flush();

    assert.deepEqual(await store.standings(['a.test']), new Map());
    assert.deepEqual(await store.claimPartners(slot), slot);
    assert.equal(await store.advance(standing('a.test', 2 * minute), minute, null, [passed]), false);
    assert.equal(await store.advance(standing('a.test', 2 * minute), null, null, [passed]), true);
    assert.equal(await store.recordRoute(routeEvidence('a.test', 2 * minute, [edge(2)]), keepMs), true);
    assert.deepEqual(await behind(store, edgeId(edge(1))), []);
    assert.deepEqual(await behind(store, edgeId(edge(2))), ['a.test']);
  });

  test('a closed store says so; closing twice does no harm', async () => {
    const { other } = under();
    await other.ping();
    await other.close();
    await other.close();
    await assert.rejects(other.ping(), { name: 'StoreUnavailable', code: 'store_unavailable', message: /closed/ });
  });
}

const wish = (holder: string, over: Partial<TurnWish> = {}): TurnWish => ({
  place: '192.0.2.1:5061',
  holder,
  gapMs: 0,
  leaseMs: 30_000,
  withinMs: 60_000,
  sharer: holder,
  slotMs: 0,
  everyMs: 600_000,
  ...over,
});

function turns(under: Under): void {
  test('a turn at a place is had by one of 20 callers, the others come later', async () => {
    const { store, other } = under();
    const asked = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? store : other).takeTurn(wish(`h${at}`)));
    const answers = await Promise.all(asked);
    assert.equal(answers.filter(({ is }) => is === 'now').length, 1);
    assert.equal(answers.filter(({ is }) => is === 'later').length, 19);
    assert.deepEqual(await store.takeTurn(wish('elsewhere', { place: '192.0.2.2:5061' })), { is: 'now' });
  });

  test('a turn that ended is the next one’s; only its holder ends it; the holder has it again', async () => {
    const { store, other } = under();
    await store.takeTurn(wish('a'));
    await other.endTurn('192.0.2.1:5061', 'b');
    assert.equal((await other.takeTurn(wish('b'))).is, 'later');
    assert.equal((await other.takeTurn(wish('a'))).is, 'now');
    await store.endTurn('192.0.2.1:5061', 'a');
    assert.equal((await other.takeTurn(wish('b'))).is, 'now');
  });

  test('the gap is reckoned from when it really began, as whoever ends a turn tells', async () => {
    const { store, other } = under();
    const gapMs = 10_000;
    await store.takeTurn(wish('a', { gapMs }));
    await new Promise((next) => setTimeout(next, 150));
    await store.endTurn('192.0.2.1:5061', 'a', 0);
    const next = await other.takeTurn(wish('b', { gapMs }));
    assert.ok(next.is === 'later' && next.afterMs > gapMs - 100, JSON.stringify(next));
    await store.takeTurn(wish('c', { gapMs, place: '192.0.2.9:5061' }));
    await store.endTurn('192.0.2.9:5061', 'c', 9_000);
    const after = await other.takeTurn(wish('d', { gapMs, place: '192.0.2.9:5061' }));
    assert.ok(after.is === 'later' && after.afterMs > gapMs - 1_000, 'it never began before it was taken');
  });

  test('who waits is in a row, a gap apart, and keeps its place', async () => {
    const { store } = under();
    const gapMs = 10_000;
    await store.takeTurn(wish('a', { gapMs }));
    await store.endTurn('192.0.2.1:5061', 'a');
    const waits = [];
    for (const holder of ['b', 'c', 'd', 'b']) {
      const turn = await store.takeTurn(wish(holder, { gapMs }));
      waits.push(turn.is === 'later' ? Math.ceil(turn.afterMs / gapMs) : turn.is);
    }
    assert.deepEqual(waits, [1, 2, 3, 1]);
  });

  test('who would wait too long is told so and takes no place in the row', async () => {
    const { store } = under();
    const gapMs = 10_000;
    await store.takeTurn(wish('a', { gapMs }));
    await store.endTurn('192.0.2.1:5061', 'a');
    assert.equal((await store.takeTurn(wish('b', { gapMs, withinMs: 5_000 }))).is, 'too_late');
    const next = await store.takeTurn(wish('c', { gapMs }));
    assert.ok(next.is === 'later' && next.afterMs <= gapMs);
  });

  /** Of these slots, those in which each of so many sharers does not rest; nobody waits. */
  async function turnsOf(count: number, slots: readonly number[]): Promise<readonly (readonly number[])[]> {
    const { store, other } = under();
    const names = Array.from({ length: count }, (_, at) => `s${String(at)}`);
    const ask = async (sharer: string, slot: number, at: number): Promise<boolean> => {
      const over = { sharer, slotMs: slot * 100_000 + 5, everyMs: 100_000, gapMs: 10_000, withinMs: 0 };
      const turn = await (at % 2 === 0 ? store : other).takeTurn(wish(`${sharer}@${String(slot)}`, over));
      if (turn.is === 'rests') assert.deepEqual([turn.sharers, turn.fit], [count, 9]);
      return turn.is !== 'rests';
    };
    // Each is known once it has asked.
    for (const [at, name] of names.entries())
      await store.takeTurn(wish(`first@${String(at)}`, { sharer: name, gapMs: 1 }));
    return Promise.all(
      names.map(async (name, at) => {
        const had = await Promise.all(slots.map((slot) => ask(name, slot, at)));
        return slots.filter((_, place) => had[place]);
      }),
    );
  }

  const inARow = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => 17_000_000 + at);

  test('where more share a place than fit into the interval, each has its turn in as many slots, none rests for long', async () => {
    const [sharers, fit] = [30, 9];
    const had = await turnsOf(sharers, inARow(sharers));
    assert.deepEqual(new Set(had.map(({ length }) => length)), new Set([fit]));
    const gaps = had.flatMap((slots) => slots.slice(1).map((slot, at) => slot - slots[at]!));
    assert.ok(Math.max(...gaps) <= Math.ceil(sharers / fit), `${String(Math.max(...gaps))} slots without a turn`);
    const bySlot = inARow(sharers).map((slot) => had.filter((slots) => slots.includes(slot)).length);
    assert.ok(Math.max(...bySlot) < 2 * fit, `${bySlot.join(' ')} turns a slot`);
  });

  test('nobody rests while all fit; with one more somebody does', async () => {
    assert.deepEqual(new Set((await turnsOf(9, inARow(10))).map(({ length }) => length)), new Set([10]));
    await under().flush();
    assert.deepEqual(new Set((await turnsOf(10, inARow(10))).map(({ length }) => length)), new Set([9]));
  });

  test('who has a turn already is not sent away by those that come later', async () => {
    const { store } = under();
    const over = { gapMs: 10_000, everyMs: 20_000 };
    await store.takeTurn(wish('a', over));
    for (const name of ['b', 'c', 'd', 'e', 'f']) await store.takeTurn(wish(name, { ...over, withinMs: 0 }));
    assert.deepEqual(await store.takeTurn(wish('a', over)), { is: 'now' });
  });

  test('a turn whose holder died is over with its lease', async () => {
    const { store, other } = under();
    await store.takeTurn(wish('dead', { leaseMs: 100 }));
    assert.equal((await other.takeTurn(wish('b', { leaseMs: 100 }))).is, 'later');
    await new Promise((done) => setTimeout(done, 150));
    assert.equal((await other.takeTurn(wish('b', { leaseMs: 100 }))).is, 'now');
  });
}
