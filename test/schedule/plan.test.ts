import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Partner } from '../../src/federation/partner.ts';
import { plan, slotAt, toleranceMs } from '../../src/schedule/plan.ts';
import { partner } from './partner.ts';

const minute = 60_000;

/** The ticks of a scheduler that is called at these instants, as sets of `domain@slot`. */
function run(partners: readonly Partner[], instants: readonly number[]): { slots: string[]; late: number } {
  let sinceMs: number | null = null;
  let late = 0;
  const slots: string[] = [];
  for (const nowMs of instants) {
    const planned = plan(partners, sinceMs, nowMs);
    slots.push(...planned.due.map((each) => `${each.domain}@${String(each.slotMs)}`));
    late += planned.late;
    sinceMs = nowMs;
  }
  return { slots, late };
}

test('5,000 partners spread evenly over a minute', () => {
  const seconds = new Array<number>(60).fill(0);
  for (let at = 0; at < 5_000; at += 1) {
    const slot = slotAt({ domain: `partner${String(at)}.example.com`, everyMs: minute }, 1_700_000_000_000);
    seconds[Math.floor((slot % minute) / 1000)]! += 1;
  }
  const mean = 5_000 / 60;
  assert.ok(Math.max(...seconds) <= 1.6 * mean, `fullest second ${String(Math.max(...seconds))}`);
  assert.ok(Math.min(...seconds) >= 0.4 * mean, `emptiest second ${String(Math.min(...seconds))}`);
});

test('each partner has one slot per interval, whenever ticks come', () => {
  const partners = [partner('a.example', minute), partner('b.example', 5 * minute), partner('c.example', 10_000)];
  const start = 1_700_000_000_000;
  const instants = Array.from({ length: 600 }, (_, at) => start + at * 1000);
  const { slots, late } = run(partners, instants);
  assert.equal(late, 0);
  assert.equal(new Set(slots).size, slots.length);
  // The first tick also takes the slot that is within its tolerance.
  const count = (domain: string): number => slots.filter((each) => each.startsWith(domain)).length;
  assert.ok(
    [10, 11].includes(count('a.example')) &&
      [2, 3].includes(count('b.example')) &&
      [60, 61].includes(count('c.example')),
  );
});

test('a late slot within its tolerance is run, one beyond it is counted', () => {
  const one = partner('a.example', minute);
  const slot = slotAt(one, 1_700_000_000_000) + minute;
  assert.deepEqual(plan([one], slot - 1, slot + toleranceMs(minute)), {
    due: [{ domain: 'a.example', slotMs: slot }],
    late: 0,
  });
  assert.deepEqual(plan([one], slot - 1, slot + toleranceMs(minute) + 1), { due: [], late: 1 });
});

test('all slots of a pause are counted, only the newest may run', () => {
  const one = partner('a.example', minute);
  const slot = slotAt(one, 1_700_000_000_000);
  assert.deepEqual(plan([one], slot, slot + 10 * minute), {
    due: [{ domain: 'a.example', slotMs: slot + 10 * minute }],
    late: 9,
  });
  assert.deepEqual(plan([one], slot, slot + 10 * minute + 45_000), { due: [], late: 10 });
});

test('the first tick counts nothing as missed', () => {
  const one = partner('a.example', minute);
  const slot = slotAt(one, 1_700_000_000_000);
  assert.deepEqual(plan([one], null, slot + 45_000), { due: [], late: 0 });
  assert.deepEqual(plan([one], null, slot + 5_000), { due: [{ domain: 'a.example', slotMs: slot }], late: 0 });
});

test('after the clock went back an hour the partners of this minute are run: no starvation, no burst', () => {
  const partners = Array.from({ length: 600 }, (_, at) => partner(`p${String(at)}.example`, minute));
  const before = 1_700_003_600_000;
  const after = before - 60 * minute;
  const first = plan(partners, before, after);
  assert.equal(first.late, 0);
  assert.ok(first.due.length <= 0.6 * partners.length);
  const { slots } = run(
    partners,
    Array.from({ length: 60 }, (_, at) => after + 1000 + at * 1000),
  );
  assert.equal(new Set(slots.map((each) => each.split('@')[0])).size, partners.length);
});

test('the epoch itself has no slots before it', () => {
  const partners = Array.from({ length: 50 }, (_, at) => partner(`p${String(at)}.example`, minute));
  for (const { slotMs } of plan(partners, null, 1_000).due) assert.ok(slotMs >= 0);
});

const anyPartner = fc
  .tuple(fc.domain(), fc.integer({ min: 10_000, max: 3_600_000 }))
  .map(([domain, everyMs]) => partner(domain, everyMs));

test('property: a slot is on its grid, not in the future, less than an interval old', () => {
  fc.assert(
    fc.property(anyPartner, fc.integer({ min: 4_000_000, max: 8e12 }), (one, nowMs) => {
      const slot = slotAt(one, nowMs);
      assert.ok(slot <= nowMs && nowMs - slot < one.everyMs);
      assert.equal(slotAt(one, slot), slot);
      assert.equal(slotAt(one, slot - 1), slot - one.everyMs);
    }),
  );
});

test('property: whatever the pauses, every slot of the time between is run once or counted once', () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(anyPartner, fc.integer({ min: 1e12, max: 2e12 }), pauses, (one, start, steps) => {
      const instants = [start];
      for (const step of steps) instants.push(instants.at(-1)! + step);
      const first = plan([one], null, start).due.length;
      const { slots, late } = run([one], instants);
      assert.equal(new Set(slots).size, slots.length);
      const passed = (slotAt(one, instants.at(-1)!) - slotAt(one, start)) / one.everyMs;
      assert.equal(slots.length - first + late, passed);
    }),
  );
});

const hour = 60 * minute;

/** A scheduler's ticks by instant, each a planned set of slots, with the claims that any number of schedulers share. */
function shared(partners: readonly Partner[]) {
  const newest = new Map<string, number>();
  const runs: { domain: string; slotMs: number; atMs: number }[] = [];
  const scheduler = () => {
    let sinceMs: number | null = null;
    return {
      tick(nowMs: number): number {
        const { due } = plan(partners, sinceMs, nowMs);
        sinceMs = nowMs;
        const granted = due.filter(({ domain, slotMs }) => slotMs > (newest.get(domain) ?? -1));
        for (const each of granted) {
          newest.set(each.domain, each.slotMs);
          runs.push({ ...each, atMs: nowMs });
        }
        return granted.length;
      },
    };
  };
  return { scheduler, runs };
}

test('property: two schedulers that restart and are skewed run each slot at most once, and no gap is over two intervals', () => {
  const skews = fc.integer({ min: -5_000, max: 5_000 });
  const restarts = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 6 });
  const some = fc.uniqueArray(anyPartner, { minLength: 1, maxLength: 4, selector: ({ domain }) => domain });
  fc.assert(
    fc.property(some, fc.integer({ min: 1e12, max: 2e12 }), skews, restarts, (partners, start, skewMs, ends) => {
      const { scheduler, runs } = shared(partners);
      let [one, two] = [scheduler(), scheduler()];
      const longest = Math.max(...partners.map(({ everyMs }) => everyMs));
      const ticks = Math.min(20_000, Math.ceil((3 * longest) / 1000));
      for (let at = 0; at < ticks; at += 1) {
        // In turn one of them dies and begins anew; what it had in mind is gone.
        if (ends.includes(at % 211)) one = scheduler();
        if (ends.includes(at % 223)) two = scheduler();
        one.tick(start + at * 1000);
        two.tick(start + at * 1000 + skewMs);
      }
      assert.equal(new Set(runs.map(({ domain, slotMs }) => `${domain}@${String(slotMs)}`)).size, runs.length);
      for (const { domain, everyMs } of partners) {
        const times = [
          start,
          ...runs.filter((each) => each.domain === domain).map(({ atMs }) => atMs),
          start + ticks * 1000,
        ];
        times.forEach((atMs, at) =>
          assert.ok(atMs - (times[at - 1] ?? atMs) <= 2 * everyMs, `${domain} at ${String(at)}`),
        );
      }
    }),
    { seed: 20261126, numRuns: 40 },
  );
});

test('a clock that jumps to 2038 or an hour ahead: no burst, nobody waits longer than one interval after it', () => {
  const partners = Array.from({ length: 600 }, (_, at) => partner(`p${String(at)}.example`, 5 * minute));
  for (const target of [1_700_000_000_000 + hour, 2 ** 31 * 1000, 2 ** 32 * 1000]) {
    const { scheduler, runs } = shared(partners);
    const one = scheduler();
    for (let at = 0; at < 400; at += 1) one.tick(1_700_000_000_000 + at * 1000);
    const before = runs.length;
    // The 30 s of tolerance are a tenth of the interval: so many at most are due at once, never all.
    assert.ok(one.tick(target) <= 0.15 * partners.length);
    for (let at = 1; at <= 300; at += 1) assert.ok(one.tick(target + at * 1000) <= 15, String(at));
    assert.equal(new Set(runs.slice(before).map(({ domain }) => domain)).size, partners.length);
  }
});

test('a clock that begins in 1970 and is set right: no burst at either, everybody within one interval', () => {
  const partners = Array.from({ length: 600 }, (_, at) => partner(`p${String(at)}.example`, 5 * minute));
  const { scheduler, runs } = shared(partners);
  const one = scheduler();
  for (let at = 0; at <= 300; at += 1) assert.ok(one.tick(at * 1000) <= 15, String(at));
  assert.equal(new Set(runs.map(({ domain }) => domain)).size, partners.length);
  assert.ok(one.tick(1_700_000_000_000) <= 0.15 * partners.length);
  for (let at = 1; at <= 300; at += 1) assert.ok(one.tick(1_700_000_000_000 + at * 1000) <= 15, String(at));
});
