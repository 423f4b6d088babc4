import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultCadence } from '../../src/federation/cadence.ts';
import { isFarAhead } from '../../src/federation/slot.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { Log } from '../../src/log/log.ts';
import { slotAt, type DueSlot } from '../../src/schedule/plan.ts';
import { createTicker, type Ticker } from '../../src/schedule/ticker.ts';
import { claimsAtOnce, type Claim } from '../../src/store/store.ts';
import { standing } from '../store/values.ts';
import { partner } from './partner.ts';

const minute = 60_000;
const start = 1_700_000_000_000;

/** Claims as the store keeps them: a slot newer than the last one of its id is granted, once. */
class Claims {
  readonly #newest = new Map<string, number>();
  /** The store's clock. */
  nowMs = 0;
  down = false;
  /** How many calls are still answered; then the store is away. */
  answers = Infinity;

  readonly known = new Map<string, Standing>();

  standings(): Promise<ReadonlyMap<string, Standing>> {
    return this.down ? Promise.reject(new Error('store is down')) : Promise.resolve(this.known);
  }

  claimPartners(wanted: readonly Claim[]): Promise<readonly Claim[]> {
    this.answers -= 1;
    if (this.down || this.answers < 0) return Promise.reject(new Error('store is down'));
    const granted = wanted.filter(({ id, slotMs }) => {
      const newestMs = this.#newest.get(id) ?? -1;
      return slotMs > newestMs || (this.nowMs > 0 && isFarAhead(newestMs, this.nowMs));
    });
    for (const { id, slotMs } of granted) this.#newest.set(id, slotMs);
    if (granted.length > 0) this.open.push(granted);
    return Promise.resolve(granted);
  }

  /** What was granted and not settled; all of it counts as old enough. */
  open: (readonly Claim[])[] = [];

  settleClaims(granted: readonly Claim[]): Promise<void> {
    if (this.down) return Promise.reject(new Error('store is down'));
    this.open = this.open.filter((each) => JSON.stringify(each) !== JSON.stringify(granted));
    return Promise.resolve();
  }

  openClaims(): Promise<readonly (readonly Claim[])[]> {
    return Promise.resolve(this.open);
  }
}

interface Rig {
  readonly ticker: Ticker;
  readonly added: DueSlot[];
  readonly fired: number[];
  readonly said: string[];
  readonly queue: { down: boolean };
  /** By how much the queue was told that the clock went back. */
  readonly forgot: number[];
  missed: number;
}

function rig(partners: readonly ReturnType<typeof partner>[], store: Claims): Rig {
  const added: DueSlot[] = [];
  const fired: number[] = [];
  const said: string[] = [];
  const queue = { down: false };
  const forgot: number[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  const log: Log = { debug: say, info: say, warn: say, error: say };
  const made: Rig = { added, fired, said, queue, forgot, missed: 0, ticker: undefined as never };
  const own = {
    schedulerFired: (_: string, atMs: number) => void fired.push(atMs),
    slotsMissed: (_: string, slots: number) => void (made.missed += slots),
  };
  const producer = {
    addRoutes(slots: readonly DueSlot[]): Promise<void> {
      if (queue.down) return Promise.reject(new Error('queue is down'));
      added.push(...slots);
      return Promise.resolve();
    },
    clockWentBack(byMs: number): Promise<void> {
      forgot.push(byMs);
      return Promise.resolve();
    },
  };
  return Object.assign(made, { ticker: createTicker({ partners: () => partners, store, producer, own, log }) });
}

test('two schedulers, one 700 ms behind: each slot becomes one job', async () => {
  const partners = Array.from({ length: 30 }, (_, at) => partner(`p${String(at)}.example`, minute));
  const store = new Claims();
  const [one, two] = [rig(partners, store), rig(partners, store)];
  for (let at = 0; at < 600; at += 1) {
    await one.ticker.tick(start + at * 1000);
    await two.ticker.tick(start + at * 1000 - 700);
  }
  const all = [...one.added, ...two.added].map((each) => `${each.domain}@${String(each.slotMs)}`);
  assert.equal(new Set(all).size, all.length);
  const first = start - (start % 1000);
  for (const each of partners) {
    const slots = (slotAt(each, start + 599_000) - slotAt(each, first)) / minute;
    const taken = all.filter((slot) => slot.startsWith(`${each.domain}@`)).length;
    assert.ok(taken === slots || taken === slots + 1, `${each.domain}: ${String(taken)} of ${String(slots)}`);
  }
  assert.equal(one.missed + two.missed, 0);
});

test('while the store is away nothing is lost: what is still in time runs, the rest is counted', async () => {
  const each = partner('a.example', minute);
  const slot = slotAt(each, start) + minute;
  const store = new Claims();
  const { ticker, added, fired, ...rest } = rig([each], store);
  await ticker.tick(slot - 1000);
  store.down = true;
  await ticker.tick(slot);
  await ticker.tick(slot + 20_000);
  assert.deepEqual(added, []);
  assert.equal(ticker.lastClaimedMs(), slot - 1000);
  store.down = false;
  await ticker.tick(slot + 21_000);
  assert.deepEqual(added, [{ domain: 'a.example', slotMs: slot }]);
  assert.deepEqual(fired, [slot - 1000, slot + 21_000]);
  assert.ok(rest.said.includes('slots could not be claimed; they are tried again at the next tick'));
});

test('a claimed slot whose job could not be added is added later, or counted when it is too late', async () => {
  const each = partner('a.example', minute);
  const slot = slotAt(each, start) + minute;
  const made = rig([each], new Claims());
  await made.ticker.tick(slot - 1000);
  made.queue.down = true;
  await made.ticker.tick(slot);
  made.queue.down = false;
  await made.ticker.tick(slot + 5_000);
  assert.deepEqual(made.added, [{ domain: 'a.example', slotMs: slot }]);
  assert.equal(made.missed, 0);

  made.queue.down = true;
  await made.ticker.tick(slot + minute);
  await made.ticker.tick(slot + minute + 31_000);
  made.queue.down = false;
  await made.ticker.tick(slot + minute + 32_000);
  assert.equal(made.added.length, 1);
  assert.equal(made.missed, 1);
});

test('a restart runs what is within its tolerance, and claims keep it from running twice', async () => {
  const each = partner('a.example', minute);
  const slot = slotAt(each, start) + minute;
  const store = new Claims();
  const before = rig([each], store);
  await before.ticker.tick(slot);
  const after = rig([each], store);
  await after.ticker.tick(slot + 3_000);
  assert.deepEqual([...before.added, ...after.added], [{ domain: 'a.example', slotMs: slot }]);
  const other = rig([each], new Claims());
  await other.ticker.tick(slot + 3_000);
  assert.deepEqual(other.added, [{ domain: 'a.example', slotMs: slot }]);
});

test('the clock going back is said once, the queue is told, and nothing is counted as missed', async () => {
  const made = rig([partner('a.example', minute)], new Claims());
  await made.ticker.tick(start);
  for (let at = 0; at < 5; at += 1) await made.ticker.tick(start - 3_600_000 + at * 1000);
  assert.deepEqual(made.forgot, [3_600_000]);
  assert.equal(made.said.filter((message) => message === 'the clock went back').length, 1);
  assert.equal(made.missed, 0);
  assert.equal(made.ticker.lastClaimedMs(), start - 3_600_000 + 4_000);
});

test('all clocks are set back an hour, also that of the store: everybody runs within an interval, each slot once', async () => {
  const partners = Array.from({ length: 50 }, (_, at) => partner(`p${String(at)}.example`, minute));
  const claims = new Claims();
  const made = rig(partners, claims);
  const tickAt = async (nowMs: number): Promise<void> => {
    claims.nowMs = nowMs;
    await made.ticker.tick(nowMs);
  };
  for (let nowMs = start; nowMs < start + 2 * minute; nowMs += 1000) await tickAt(nowMs);
  made.added.length = 0;
  const backMs = start + 2 * minute - 3_600_000;
  for (let nowMs = backMs; nowMs < backMs + 2 * minute; nowMs += 1000) await tickAt(nowMs);
  const runs = (domain: string): number => made.added.filter((slot) => slot.domain === domain).length;
  assert.ok(
    partners.every(({ domain }) => runs(domain) >= 2 && runs(domain) <= 3),
    'two intervals',
  );
  assert.equal(new Set(made.added.map(({ domain, slotMs }) => `${domain}@${String(slotMs)}`)).size, made.added.length);
  assert.equal(made.missed, 0);
});

test('the store goes away between two claims of a tick: what was granted runs, the rest is claimed by the next tick', async () => {
  const partners = Array.from({ length: 1_200 }, (_, at) => partner(`p${String(at)}.example`, minute));
  const store = new Claims();
  const made = rig(partners, store);
  // A start in the middle of nothing: every slot of the last half minute is due at once.
  store.answers = 1;
  await made.ticker.tick(start);
  assert.equal(made.added.length, claimsAtOnce);
  assert.equal(made.ticker.lastClaimedMs(), null);
  store.answers = Infinity;
  await made.ticker.tick(start + 1_000);
  const ran = made.added.map(({ domain, slotMs }) => `${domain}@${String(slotMs)}`);
  assert.equal(new Set(ran).size, ran.length);
  const due = partners.filter((each) => start - slotAt(each, start) <= 29_000);
  assert.ok(due.length > claimsAtOnce, `${String(due.length)} due`);
  assert.deepEqual(
    due.filter((each) => !ran.includes(`${each.domain}@${String(slotAt(each, start))}`)),
    [],
  );
  assert.equal(made.missed, 0);
});

test('a long dead partner takes every 4th slot, and every slot again once it answered; no slot left out is called missed', async () => {
  const each = { ...partner('a.example', minute), cadence: defaultCadence };
  const store = new Claims();
  const made = rig([each], store);
  const dead = { ...standing('a.example', start), state: 'unreachable' as const, cause: null };
  const recent = [{ state: 'unreachable' as const, atMs: start }];
  store.known.set('a.example', { ...dead, sinceMs: start - 86_400_000 - minute, recent });
  for (let at = 0; at < 3600; at += 1) await made.ticker.tick(start + at * 1000);
  assert.equal(made.added.length, 15);
  assert.ok(made.added.every(({ slotMs }) => Math.floor(slotMs / minute) % 4 === 0));
  store.known.set('a.example', { ...dead, sinceMs: start - 86_400_000, recent: [{ state: 'healthy', atMs: start }] });
  for (let at = 3600; at < 7200; at += 1) await made.ticker.tick(start + at * 1000);
  assert.equal(made.added.length, 15 + 60);
  assert.equal(made.missed, 0);
});

test('who cannot rest before a day is over is not looked up at every slot', async () => {
  const each = { ...partner('a.example', minute), cadence: defaultCadence };
  const store = new Claims();
  const standings = store.standings.bind(store);
  let looks = 0;
  store.standings = () => {
    looks += 1;
    return standings();
  };
  const made = rig([each], store);
  store.known.set('a.example', { ...standing('a.example', start), state: 'healthy', cause: null, sinceMs: 0 });
  for (let at = 0; at < 25 * 60; at += 1) await made.ticker.tick(slotAt(each, start) + at * minute);
  assert.deepEqual([made.added.length, looks], [25 * 60, 2]);
});

test('what another scheduler was granted and left is added as it was granted, and settled; too late it is counted', async () => {
  const partners = ['a.example', 'b.example'].map((domain) => partner(domain, minute));
  const store = new Claims();
  const left = partners.map((each) => ({ id: each.domain, slotMs: slotAt(each, start) }));
  const nowMs = Math.max(...left.map(({ slotMs }) => slotMs)) + 2_000;
  assert.deepEqual(await store.claimPartners(left), left);
  const { ticker, added } = rig(partners, store);
  await ticker.tick(nowMs);
  assert.deepEqual(
    added.map(({ domain, slotMs }) => ({ id: domain, slotMs })),
    left,
  );
  assert.deepEqual(store.open, []);
  await ticker.tick(nowMs + 1_000);
  assert.equal(added.length, 2);

  const later = left.map((each) => ({ ...each, slotMs: each.slotMs + minute }));
  store.open = [later];
  const late = rig(partners, store);
  await late.ticker.tick(Math.min(...later.map(({ slotMs }) => slotMs)) + 2 * minute);
  assert.equal(late.missed, 2);
  assert.ok(!store.open.includes(later));
  assert.ok(late.added.every(({ slotMs }) => !later.some((each) => each.slotMs === slotMs)));
});

test('what was granted by a clock that was far ahead is given up', async () => {
  const store = new Claims();
  store.open = [[{ id: 'a.example', slotMs: start + 60 * minute }]];
  const { ticker, added, missed } = rig([partner('a.example', minute)], store);
  await ticker.tick(start);
  assert.deepEqual([added.filter(({ slotMs }) => slotMs > start), store.open, missed], [[], [], 0]);
});
