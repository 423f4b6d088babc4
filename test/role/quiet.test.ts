import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestHeldMs, quietMs, untilQuiet } from '../../src/role/quiet.ts';
import { manualClock } from '../fakes/manual-clock.ts';

/** Waits for a quiet turn of a loop whose turns take so long each; how many went by, and in how many milliseconds. */
async function waited(turnsMs: readonly number[]): Promise<{ turns: number; ms: number }> {
  const clock = manualClock();
  let turns = 0;
  let nowMs = 0;
  await untilQuiet({ ...clock, monotonic: () => nowMs }, (run) => {
    nowMs += turnsMs[turns] ?? 0;
    turns += 1;
    queueMicrotask(run);
  });
  return { turns, ms: nowMs };
}

test('a loop that has nothing else to do is waited for one turn', async () => {
  assert.deepEqual(await waited([quietMs]), { turns: 1, ms: quietMs });
});

test('turns that take longer are waited for', async () => {
  const longer = quietMs + 0.01;
  assert.deepEqual(await waited([longer, 3, quietMs, 3]), { turns: 3, ms: longer + 3 + quietMs });
});

test('a loop that is never quiet is waited for so long and no longer', async () => {
  assert.equal(longestHeldMs, 10);
  const halves = Array.from({ length: 100 }, () => longestHeldMs / 4);
  assert.deepEqual(await waited(halves), { turns: 4, ms: longestHeldMs });
  assert.deepEqual(await waited([longestHeldMs - 1, 0.5, 0.5, 0.5]), { turns: 3, ms: longestHeldMs });
});

test('the loop of Node', async () => {
  const busyUntil = performance.now() + longestHeldMs / 2;
  let went = 0;
  const busy = (): void => {
    if (performance.now() >= busyUntil) return;
    went += 1;
    const end = performance.now() + 1;
    while (performance.now() < end);
    setImmediate(busy);
  };
  busy();
  await untilQuiet({ monotonic: () => performance.now() });
  assert.ok(performance.now() >= busyUntil, String(went));
});
