import type { Clock } from '../../src/net/clock.ts';

/** A clock that stands still until it is told to go on. Milliseconds from 0, wall and monotonic alike. */
export interface ManualClock extends Clock {
  /** Goes on by this much, firing what falls due in order; between two timers everything that waits has its turn. */
  go(ms: number): Promise<void>;
  /** Timers that are still set. */
  waiting(): number;
}

const turns = 4;

/** Lets promises that are ready have their say. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function manualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  return {
    wall: () => nowMs,
    monotonic: () => nowMs,
    waiting: () => timers.size,
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async go(ms) {
      const untilMs = nowMs + ms;
      await settled();
      for (;;) {
        const [next] = [...timers].filter((each) => each.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.atMs);
        timers.delete(next);
        next.run();
        await settled();
      }
      nowMs = untilMs;
    },
  };
}
