import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockWitness, mostSkewMs } from '../../src/role/witness.ts';
import { manualClock } from '../fakes/manual-clock.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 26);

/** A process whose wall clock can be set, beside a store whose clock is right. */
function rig() {
  const manual = manualClock();
  const told: number[] = [];
  const said: string[] = [];
  let setByMs = 0;
  const clock = { ...manual, wall: () => start + manual.monotonic() + setByMs };
  const say = (_: object, message: string): void => void said.push(message);
  const witness = clockWitness(clock, { clockAhead: (seconds) => void told.push(seconds) }, { warn: say, info: say });
  const hear = (tookMs = 2): void => witness.heard(start + manual.monotonic() - tookMs / 2, tookMs);
  return { witness, told, said, hear, go: (ms: number) => manual.go(ms), set: (byMs: number) => (setByMs = byMs) };
}

test('nothing is wrong before the store was heard, and within the tolerance', () => {
  const it = rig();
  it.set(hour);
  assert.deepEqual([it.witness.wrongByMs(), it.witness.trouble()], [0, null]);
  for (const byMs of [mostSkewMs, -mostSkewMs]) {
    it.set(byMs);
    it.hear();
    assert.deepEqual([it.witness.wrongByMs(), it.witness.trouble()], [0, null]);
  }
  assert.deepEqual([it.told, it.said], [[30, -30], []]);
});

for (const [name, byMs, words] of [
  ['an hour ahead', hour, '3600 s ahead of'],
  ['an hour behind', -hour, '3600 s behind'],
  ['in 1970', -start, `${String(Math.round(start / hour))} h behind`],
  ['in 2038', Date.UTC(2038, 0, 20) - start, 'h ahead of'],
  ['one millisecond beyond the tolerance', mostSkewMs + 1, '30 s ahead of'],
] as const) {
  test(`a clock that is set ${name} is seen at once, said once, and again when it is right`, async () => {
    const it = rig();
    it.hear();
    it.set(byMs);
    assert.equal(it.witness.wrongByMs(), byMs);
    assert.ok(it.witness.trouble()?.includes(`the clock of this machine is`));
    assert.ok(it.witness.trouble()?.includes(words), it.witness.trouble() ?? '');
    for (let beats = 0; beats < 3; beats += 1) {
      await it.go(5_000);
      it.hear();
    }
    assert.equal(it.said.length, 1);
    assert.equal(it.told.at(-1), byMs / 1000);
    it.set(0);
    assert.equal(it.witness.trouble(), null);
    it.hear();
    assert.deepEqual(it.said.slice(1), ['the clock of this machine and that of Redis agree again']);
  });
}

test('all clocks are set together: in doubt until the store is heard again, not longer', async () => {
  const it = rig();
  it.hear();
  it.set(hour);
  assert.notEqual(it.witness.trouble(), null);
  await it.go(5_000);
  it.witness.heard(start + hour + 5_000, 0);
  assert.equal(it.witness.trouble(), null);
});

test('an answer that took long tells nothing', () => {
  const it = rig();
  it.set(hour);
  it.hear(2_001);
  assert.equal(it.witness.trouble(), null);
  it.hear(2_000);
  assert.notEqual(it.witness.trouble(), null);
});
