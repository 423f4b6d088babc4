import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';
import type { Log } from '../../src/log/log.ts';
import type { Clock } from '../../src/net/clock.ts';
import { wakeEverySecond } from '../../src/schedule/wake.ts';

const start = 1_700_000_000_000;

const RealDate = Date;

/** Timers that run by a monotonic time of their own, beside a wall clock that can be set: what the machine has. */
function mocked(t: TestContext): {
  clock: Clock;
  pass: (ms: number) => Promise<void>;
  set: (ms: number) => void;
} {
  mock.timers.enable({ apis: ['setTimeout'] });
  let monotonic = 0;
  let offset = start;
  class SettableDate extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [offset + monotonic] : args) as readonly [number]));
    }

    static override now(): number {
      return offset + monotonic;
    }
  }
  globalThis.Date = SettableDate as DateConstructor;
  t.after(() => {
    globalThis.Date = RealDate;
    mock.timers.reset();
  });
  return {
    clock: {
      wall: () => Date.now(),
      monotonic: () => monotonic,
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    async pass(ms) {
      for (let at = 0; at < ms; at += 50) {
        monotonic += 50;
        mock.timers.tick(50);
        for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
      }
    },
    set: (ms) => void (offset = ms - monotonic),
  };
}

function listening(): { log: Log; said: string[] } {
  const said: string[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  return { said, log: { debug: say, info: say, warn: say, error: say } };
}

test('a second of the wall clock is one call; a long call swallows those that come meanwhile', async (t) => {
  const { clock, pass } = mocked(t);
  const calls: number[] = [];
  let release: (() => void) | null = null;
  const waker = wakeEverySecond(
    (nowMs) => {
      calls.push(nowMs - start);
      return calls.length === 3 ? new Promise<void>((done) => (release = done)) : Promise.resolve();
    },
    clock,
    listening().log,
  );
  await pass(6_000);
  assert.deepEqual(calls, [1000, 2000, 3000]);
  release!();
  await pass(2_000);
  assert.deepEqual(calls, [1000, 2000, 3000, 7000, 8000]);
  await waker.stop();
  await pass(2_000);
  assert.equal(calls.length, 5);
});

for (const [name, jump] of [
  ['back an hour', -3_600_000],
  ['forward ten years', 315_360_000_000],
  ['back to 1970', -start + 5_000],
] as const)
  for (const justBeforeMs of [50, 950]) {
    test(`the clock is set ${name}, ${String(justBeforeMs)} ms after a call: the calls go on`, async (t) => {
      const { clock, pass, set } = mocked(t);
      const { log, said } = listening();
      const counted = { calls: 0 };
      const tick = (): Promise<void> => {
        counted.calls += 1;
        return Promise.resolve();
      };
      const waker = wakeEverySecond(tick, clock, log);
      await pass(2_000 + justBeforeMs);
      const before = counted.calls;
      set(Date.now() + jump);
      await pass(5_000);
      await waker.stop();
      const after = counted.calls - before;
      assert.equal(before, 2);
      assert.ok(after >= 4 && after <= 6, `${String(after)} calls in 5 s`);
      assert.equal(said.filter((message) => message === 'the clock jumped').length, 1);
    });
  }
