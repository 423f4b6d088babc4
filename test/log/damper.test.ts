import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDamper, damped } from '../../src/log/damper.ts';
import type { Log } from '../../src/log/log.ts';
import type { Clock } from '../../src/net/clock.ts';

test('at most so many lines per key and window; the next line knows how many were swallowed', () => {
  const decide = createDamper({ lines: 2, windowMs: 1000 });
  const decisions = [0, 1, 2, 3, 999, 1000, 1001, 1002, 5000].map((nowMs) => decide('a', nowMs));
  assert.deepEqual(decisions, [0, 0, null, null, null, 3, 0, null, 1]);
});

test('keys do not disturb each other and their number is bounded', () => {
  const decide = createDamper({ lines: 1, windowMs: 1000 });
  assert.equal(decide('a', 0), 0);
  assert.equal(decide('b', 0), 0);
  assert.equal(decide('a', 1), null);
  for (let at = 0; at < 1000; at += 1) decide(`k${String(at)}`, 2);
  assert.equal(decide('a', 3), 0, 'forgotten, so it passes again');
});

test('all keys together pass at most so many lines in any time as long as a window, and what did not pass is counted', () => {
  const decide = createDamper({ lines: 1, windowMs: 1000, total: 3 });
  const at = (nowMs: number, ...keys: readonly string[]) => keys.map((key) => decide(key, nowMs));
  assert.deepEqual(at(0, 'a', 'b'), [0, 0]);
  assert.deepEqual(at(900, 'c', 'd', 'd'), [0, null, null]);
  assert.deepEqual(at(999, 'd'), [null]);
  assert.deepEqual(at(1000, 'd', 'e', 'a'), [3, 0, null], 'two of three are over');
  assert.deepEqual(at(1900, 'a'), [1]);
});

test('a storm of errors becomes one line per window, with a count', () => {
  let nowMs = 0;
  const clock: Clock = { wall: () => 0, monotonic: () => nowMs, after: () => () => undefined };
  const lines: object[] = [];
  const sink = (fields: object, message: string): void => void lines.push({ ...fields, message });
  const log: Log = { debug: sink, info: sink, warn: sink, error: sink };
  const quiet = damped(log, clock, { lines: 1, windowMs: 10_000 });
  for (; nowMs < 20_000; nowMs += 10) quiet.error({ code: 'OOM' }, 'the queue has an error');
  assert.deepEqual(lines, [
    { code: 'OOM', message: 'the queue has an error' },
    { code: 'OOM', swallowed: 999, message: 'the queue has an error' },
  ]);
});
