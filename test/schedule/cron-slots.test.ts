import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronSchedule } from '../../src/config/cron.ts';
import { effectiveEveryMs, rests } from '../../src/federation/cadence.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { publish } from '../../src/federation/published.ts';
import { confirmationOf, edgeWindowOf, isExtra } from '../../src/schedule/confirm.ts';
import { plan, slotAfter, slotAt } from '../../src/schedule/plan.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import { aPartner } from '../federation/samples.ts';
import { standing } from '../store/values.ts';

const minute = 60_000;

function aStanding(domain: string, state: JudgedState, over: Partial<Standing>): Standing {
  return { ...standing(domain, over.slotMs ?? 1, state), ...over };
}

const cadence = { confirmAfterMs: 30_000, slowAfterMs: 3_600_000, slowFactor: 4 };
const at = (text: string): number => Date.parse(text);

function onSchedule(domain: string, expression: string, timezone = 'UTC'): Partner {
  const schedule = cronSchedule(expression, timezone);
  if (typeof schedule === 'string') assert.fail(schedule);
  return aPartner(domain, { everyMs: schedule.everyMs, cron: schedule.times, timeoutMs: 5_000, cadence });
}

const office = '*/10 8-18 * * 1-5';
const office1 = onSchedule('contoso.com', office);

test('1,000 partners of one expression are spread over its minute, each always at the same second', () => {
  const partners = Array.from({ length: 1_000 }, (_, nth) => onSchedule(`p${String(nth)}.example`, office));
  const instantMs = at('2026-11-26T08:10:00Z');
  const slots = partners.map((each) => slotAt(each, instantMs + minute - 1));
  assert.ok(slots.every((slotMs) => slotMs >= instantMs && slotMs < instantMs + minute));
  const seconds = new Array<number>(60).fill(0);
  for (const slotMs of slots) seconds[Math.floor((slotMs - instantMs) / 1000)]! += 1;
  assert.ok(Math.max(...seconds) < 40, `fullest second ${String(Math.max(...seconds))}`);
  assert.deepEqual(
    partners.map((each) => slotAt(each, instantMs + 11 * minute) - 10 * minute),
    slots,
  );
});

test('each instant is one slot for any ticks, none outside office hours, and what nobody ticked for is counted', () => {
  const runs = (from: string, until: string, stepMs: number): { due: number[]; late: number } => {
    let sinceMs = at(from);
    let late = 0;
    const due: number[] = [];
    for (let nowMs = sinceMs + stepMs; nowMs <= at(until); nowMs += stepMs) {
      const planned = plan([office1], sinceMs, nowMs);
      due.push(...planned.due.map(({ slotMs }) => slotMs));
      late += planned.late;
      sinceMs = nowMs;
    }
    return { due, late };
  };
  const week = runs('2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z', 1_000);
  assert.equal(week.due.length, 5 * 11 * 6);
  assert.equal(new Set(week.due).size, week.due.length);
  assert.equal(week.late, 0);
  const delayMs = slotAt(office1, at('2026-11-26T12:05:00Z')) - at('2026-11-26T12:00:00Z');
  const hours = new Set(week.due.map((slotMs) => new Date(slotMs - delayMs).getUTCHours()));
  assert.deepEqual([...hours], [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
  // One tick on Wednesday and one on Thursday, both outside: a day of slots was missed.
  assert.deepEqual(plan([office1], at('2026-11-25T07:00:00Z'), at('2026-11-26T07:00:00Z')), { due: [], late: 66 });
});

test('two schedulers that come late run a slot within its tolerance and count it beyond', () => {
  const slotMs = slotAfter(office1, at('2026-11-26T12:00:00Z'));
  assert.deepEqual(plan([office1], slotMs - 1, slotMs + 30_000).due, [{ domain: 'contoso.com', slotMs }]);
  assert.deepEqual(plan([office1], slotMs - 1, slotMs + 30_001), { due: [], late: 1 });
});

test('partners of one expression share the window of an edge; a first failure is confirmed between two instants', () => {
  const office2 = onSchedule('fabrikam.com', office);
  const [one, two] = [office1, office2].map((each) => slotAfter(each, at('2026-11-26T12:00:00Z') - minute));
  const windowMs = at('2026-11-26T12:00:00Z');
  assert.notEqual(one, two);
  assert.equal(edgeWindowOf(office1, one ?? 0, null), windowMs);
  assert.equal(edgeWindowOf(office2, two ?? 0, null), windowMs);
  const failed = aStanding('contoso.com', 'healthy', {
    slotMs: one ?? 0,
    examinedMs: (one ?? 0) + 500,
    recent: [
      { state: 'healthy', atMs: (one ?? 0) - 600_000 },
      { state: 'unreachable', atMs: (one ?? 0) + 500 },
    ],
  });
  const extra = confirmationOf(office1, failed);
  assert.ok(extra !== null && extra.slotMs < (one ?? 0) + 61_000);
  assert.ok(isExtra(office1, extra.slotMs) && !isExtra(office1, one ?? 0));
});

test('over a week-end nothing is stale; three instants without an examination are, for good', () => {
  const fridayMs = at('2026-11-27T18:50:30Z');
  const seen = aStanding('contoso.com', 'healthy', { examinedMs: fridayMs, slotMs: fridayMs });
  const shown = (text: string): string | null => publish(office1, seen, [], at(text)).reason;
  assert.equal(shown('2026-11-29T12:00:00Z'), null);
  assert.equal(shown('2026-11-30T08:20:59Z'), null);
  assert.equal(shown('2026-11-30T08:21:01Z'), 'stale');
  assert.equal(publish(office1, seen, [], at('2026-12-01T08:00:00Z')).sinceMs, at('2026-11-30T08:21:00Z'));
  // Examined for the last time at noon: the end of the day does not make it knowledge again.
  const noonMs = at('2026-11-27T12:00:30Z');
  const old = aStanding('contoso.com', 'healthy', { examinedMs: noonMs, slotMs: noonMs });
  for (const text of ['2026-11-27T12:40:00Z', '2026-11-27T18:59:00Z', '2026-11-29T12:00:00Z']) {
    assert.equal(publish(office1, old, [], at(text)).reason, 'stale', text);
  }
});

test('the interval in force says the same as the state: three of it, and evidence is stale', () => {
  const examinedMs = at('2026-11-27T18:30:20Z');
  const seen = aStanding('contoso.com', 'healthy', { examinedMs, slotMs: examinedMs });
  let changes = 0;
  let before = false;
  for (let nowMs = examinedMs; nowMs < at('2026-11-30T12:00:00Z'); nowMs += 17_000) {
    const stale = nowMs - examinedMs > 3 * effectiveEveryMs(office1, seen, nowMs);
    assert.equal(stale, publish(office1, seen, [], nowMs).reason === 'stale', new Date(nowMs).toISOString());
    if (stale !== before) changes += 1;
    before = stale;
  }
  assert.equal(changes, 1);
});

test('an expression is taken at its word: nobody on one is examined less often', () => {
  const dead = aStanding('contoso.com', 'unreachable', { sinceMs: 0, recent: [{ state: 'unreachable', atMs: 1 }] });
  const days = [0, 1, 2, 3, 4].map((nth) => slotAt(office1, at('2026-11-26T12:05:00Z') + nth * 10 * minute));
  assert.deepEqual(
    days.map((slotMs) => rests(office1, dead, slotMs)),
    days.map(() => false),
  );
});
