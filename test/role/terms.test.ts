import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delaysMs, edgesAtOnce, keptMs, termsOf } from '../../src/role/terms.ts';

const minute = 60_000;
const quick = { everyMs: minute, timeoutMs: 2_000 };
const patient = { everyMs: 5 * minute, timeoutMs: 30_000 };

test('all who share an edge get the longest timeout, whoever asked, kept for the slowest', () => {
  const wanted = { timeoutMs: 30_000, keepMs: 50 * minute };
  assert.deepEqual(termsOf(quick, [quick, patient]), wanted);
  assert.deepEqual(termsOf(patient, [patient, quick]), wanted);
  assert.deepEqual(termsOf(quick, [quick]), { timeoutMs: 2_000, keepMs: 10 * minute });
  assert.deepEqual(termsOf(patient, []), wanted);
});

test('no examination takes more than half of the shortest interval', () => {
  const fast = { everyMs: 5_001, timeoutMs: 2_000 };
  assert.equal(termsOf(fast, [patient, fast]).timeoutMs, 2_500);
});

test('evidence is kept for ten intervals, at least ten minutes', () => {
  assert.deepEqual(
    [5_000, minute, 5 * minute].map((everyMs) => keptMs({ everyMs })),
    [10 * minute, 10 * minute, 50 * minute],
  );
});

test('few edges do not wait; more follow as fast as hanging ones make room', () => {
  assert.deepEqual(delaysMs(0, patient), []);
  assert.deepEqual(delaysMs(4, patient), [0, 0, 0, 0]);
  assert.deepEqual(delaysMs(7, patient), [0, 0, 0, 0, 7_500, 15_000, 22_500]);
  const all = delaysMs(32, { everyMs: 100 * minute, timeoutMs: 4_000 });
  for (const at of all) {
    const underWay = all.filter((other) => other <= at && at < other + 4_000).length;
    assert.ok(underWay <= 2 * edgesAtOnce, `${String(underWay)} at ${String(at)} ms`);
  }
});

test('however many, the last one can end before the next slot', () => {
  for (const [everyMs, timeoutMs] of [
    [5_000, 2_500],
    [minute, 30_000],
    [5 * minute, 30_000],
  ] as const) {
    const last = delaysMs(32, { everyMs, timeoutMs }).at(-1) ?? 0;
    assert.ok(last + everyMs / 2 <= 0.9 * everyMs, `${String(last)} of ${String(everyMs)} ms`);
  }
});
