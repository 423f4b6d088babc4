import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultCadence,
  effectiveEveryMs,
  needsConfirmation,
  paceOf,
  regularUntilMs,
  rests,
  type Pace,
} from '../../src/federation/cadence.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import { finding } from './samples.ts';

const minute = 60_000;
const day = 86_400_000;
const nowMs = 1_700_000_000_000;

type Seen = Pick<Standing, 'state' | 'sinceMs' | 'cause' | 'recent'>;

function seen(state: JudgedState, sinceMs: number, ...recent: readonly JudgedState[]): Seen {
  return { state, sinceMs, cause: null, recent: recent.map((each, at) => ({ state: each, atMs: nowMs + at })) };
}

test('a first failure and a first recovery are confirmed, and nothing else', () => {
  const asked = (state: JudgedState, ...recent: readonly JudgedState[]): boolean =>
    needsConfirmation(seen(state, nowMs, ...recent));
  assert.equal(asked('healthy', 'healthy', 'unreachable'), true);
  assert.equal(asked('degraded', 'unknown', 'refused'), true);
  assert.equal(asked('unknown', 'unreachable'), true, 'never seen before');
  assert.equal(asked('unreachable', 'unreachable', 'healthy'), true);
  assert.equal(asked('healthy', 'unreachable', 'refused'), false, 'the second failure, of another sort');
  assert.equal(asked('unreachable', 'healthy', 'degraded'), false, 'the second success');
  assert.equal(asked('healthy', 'unreachable', 'healthy'), false);
  assert.equal(asked('unreachable', 'healthy', 'unreachable'), false);
  assert.equal(asked('healthy', 'healthy', 'unknown'), false, 'nothing was proven');
  assert.equal(asked('healthy'), false);
  const flapping = {
    ...seen('degraded', nowMs, 'healthy', 'refused'),
    cause: finding('partner_flapping', 'sip', 'warn'),
  };
  assert.equal(needsConfirmation(flapping), false);
});

test('slow from one millisecond after the limit, at the limit not; while it answers, or by another state, never', () => {
  const partner = { everyMs: 5 * minute, cadence: defaultCadence };
  const every = (standing: Seen | null): number => effectiveEveryMs(partner, standing, nowMs) / minute;
  assert.equal(every(seen('unreachable', nowMs - day, 'unreachable')), 5);
  assert.equal(every(seen('unreachable', nowMs - day - 1, 'unreachable')), 20);
  assert.equal(every(seen('refused', nowMs - day - 1, 'unknown')), 20);
  assert.equal(every(seen('unreachable', nowMs - 2 * day, 'unreachable', 'healthy')), 5);
  assert.equal(every(seen('healthy', nowMs - 2 * day, 'unreachable')), 5);
  assert.equal(every(null), 5);
  const { everyMs } = partner;
  assert.equal(effectiveEveryMs({ everyMs }, seen('refused', 0, 'refused'), nowMs), everyMs, 'without a cadence');
});

test('of four slots in a row a long dead partner takes one; with a factor of 1 all', () => {
  const dead = seen('unreachable', nowMs - 2 * day, 'unreachable');
  const slots = Array.from({ length: 40 }, (_, at) => nowMs + at * minute);
  const taken = (slowFactor: number): number[] =>
    slots.filter((slot) => !rests({ everyMs: minute, cadence: { ...defaultCadence, slowFactor } }, dead, slot));
  assert.equal(taken(4).length, 10);
  assert.ok(taken(4).every((slot, at, all) => at === 0 || slot === (all[at - 1] ?? 0) + 4 * minute));
  assert.equal(taken(1).length, 40);
});

test('until when no slot rests, whatever is found meanwhile: nothing is left out before, all that rests is after', () => {
  const each = { everyMs: minute, cadence: defaultCadence };
  const day = defaultCadence.slowAfterMs;
  assert.equal(regularUntilMs(each, seen('unreachable', nowMs - 5, 'unreachable'), nowMs), nowMs - 5 + day);
  for (const standing of [null, seen('healthy', nowMs - 2 * day, 'healthy')]) {
    assert.equal(regularUntilMs(each, standing, nowMs), nowMs + day);
  }
  assert.equal(regularUntilMs({ ...each, cadence: { ...defaultCadence, slowFactor: 1 } }, null, nowMs), Infinity);
  assert.equal(regularUntilMs({ everyMs: minute }, null, nowMs), Infinity);
  // Broken from the instant of the look, it takes every slot until then.
  const broken = seen('refused', nowMs, 'refused');
  const slots = Array.from({ length: (2 * day) / minute }, (_, at) => nowMs + at * minute);
  const first = slots.find((slot) => rests(each, broken, slot)) ?? 0;
  assert.ok(first > nowMs + day && first <= nowMs + day + 2 * minute, String(first - nowMs - day));
});

test('the cadence in force: a confirmation until it is overdue, and none where a regular slot comes sooner', () => {
  const pace = (everyMs: number, standing: Seen | null, sinceMs: number): Pace =>
    paceOf({ everyMs, cadence: defaultCadence }, standing && { ...standing, examinedMs: nowMs - sinceMs }, nowMs);
  const failed = seen('healthy', 0, 'healthy', 'unreachable');
  assert.deepEqual(pace(5 * minute, failed, 90_000), { is: 'confirming', everyMs: 90_000 });
  assert.deepEqual(pace(5 * minute, failed, 90_001), { is: 'regular', everyMs: 5 * minute });
  assert.deepEqual(pace(90_001, failed, 0), { is: 'confirming', everyMs: 90_000 });
  assert.deepEqual(pace(90_000, failed, 0), { is: 'regular', everyMs: 90_000 });
  const dead = seen('unreachable', nowMs - day - 1, 'unreachable', 'unreachable');
  assert.deepEqual(pace(5 * minute, dead, 0), { is: 'slowed', everyMs: 20 * minute });
  const back = seen('unreachable', nowMs - day - 1, 'unreachable', 'healthy');
  assert.deepEqual(pace(5 * minute, back, 0), { is: 'confirming', everyMs: 90_000 });
  assert.deepEqual(pace(5 * minute, null, 0), { is: 'regular', everyMs: 5 * minute });
});
