import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { halfHourMs, halfHoursKept, halfHoursOf, withFound, type Day } from '../../src/federation/day.ts';
import type { JudgedState } from '../../src/federation/state.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const after = (found: readonly (readonly [number, JudgedState])[]): Day | undefined =>
  found.reduce<Day | undefined>(
    (day, [halfHours, state]) => withFound(day, noon + halfHours * halfHourMs, state),
    undefined,
  );

describe('the last day', () => {
  test('of a half hour the worst is kept', () => {
    assert.deepEqual(
      after([
        [0, 'healthy'],
        [0.5, 'unreachable'],
        [0.9, 'degraded'],
      ]),
      { endMs: noon, found: 'u' },
    );
    const order: readonly JudgedState[] = ['healthy', 'degraded', 'unknown', 'misconfigured', 'refused', 'unreachable'];
    for (const [at, better] of order.entries())
      for (const worse of order.slice(at)) {
        assert.equal(
          after([
            [0, better],
            [0.1, worse],
          ])?.found,
          after([
            [0, worse],
            [0.1, better],
          ])?.found,
        );
      }
  });
  test('half hours in which nobody looked are told apart', () => {
    assert.deepEqual(
      after([
        [0, 'healthy'],
        [3, 'refused'],
      ]),
      { endMs: noon + 3 * halfHourMs, found: 'h..r' },
    );
  });
  test('as many as a day has, and one more; after a pause of a day it begins anew', () => {
    const full = after(Array.from({ length: halfHoursKept }, (_, at) => [at, at === 0 ? 'unreachable' : 'healthy']));
    assert.equal(full?.found, `u${'h'.repeat(halfHoursKept - 1)}`);
    assert.equal(withFound(full, noon + halfHoursKept * halfHourMs, 'healthy').found, 'h'.repeat(halfHoursKept));
    const last = noon + (halfHoursKept - 1) * halfHourMs;
    assert.equal(withFound(full, last + (halfHoursKept - 1) * halfHourMs, 'degraded').found.length, halfHoursKept);
    assert.equal(withFound(full, last + halfHoursKept * halfHourMs, 'degraded').found, 'd');
  });
  test('a clock that went back changes nothing of what is newer', () => {
    const day = after([
      [2, 'healthy'],
      [0, 'unreachable'],
    ]);
    assert.deepEqual(day, { endMs: noon + 2 * halfHourMs, found: 'h' });
  });
  test('is read up to now, with what was not seen', () => {
    const day = after([
      [0, 'healthy'],
      [1, 'refused'],
    ]);
    const all = halfHoursOf(day, noon + 2.5 * halfHourMs);
    assert.equal(all.length, halfHoursKept);
    assert.deepEqual(
      all.slice(-4).map(({ state }) => state),
      [null, 'healthy', 'refused', null],
    );
    assert.equal(all.at(-1)?.fromMs, noon + 2 * halfHourMs);
    assert.deepEqual(new Set(halfHoursOf(undefined, noon).map(({ state }) => state)), new Set([null]));
    assert.deepEqual(new Set(halfHoursOf(day, noon + 100 * halfHourMs).map(({ state }) => state)), new Set([null]));
    assert.equal(halfHoursOf(day, noon - 5 * halfHourMs).at(-1)?.state, null);
  });
});
