import { createTask } from 'node-cron';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';

/** Wakes until stopped. */
export interface Waker {
  /** No further wake; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** A difference between wall and monotonic time that grows by more than this was set, not drifted. */
const jumpMs = 1_500;

/**
 * Calls `tick` at each second of the wall clock, one call at a time; a call that is still running swallows the next.
 * node-cron says when the next one is, each time anew; the waiting is ours. Its own waiting goes on from the instant
 * before: a clock set forward by years in between has it walk through every second of them in one breath.
 */
export function wakeEverySecond(tick: (nowMs: number) => Promise<void>, clock: Clock, log: Log): Waker {
  const seconds = createTask('* * * * * *', () => undefined, { timezone: 'UTC' });
  let running: Promise<void> | null = null;
  let offsetMs = clock.wall() - clock.monotonic();
  let cancel = arm();

  function arm(): () => void {
    const nowMs = clock.wall();
    const dueMs = seconds.getNextRuns(1)[0]?.getTime() ?? nowMs + 1_000;
    return clock.after(dueMs - nowMs, () => beat(dueMs));
  }

  function beat(dueMs: number): void {
    lookForJump();
    // A timer may be a millisecond early, and a clock may have been set back: neither is a second of its own.
    const due = clock.wall() >= dueMs;
    cancel = arm();
    if (due) void wake();
  }

  async function wake(): Promise<void> {
    if (running !== null) return;
    running = tick(clock.wall()).catch((err: unknown) => log.error({ err }, 'the wake-up call failed'));
    await running;
    running = null;
  }

  function lookForJump(): void {
    const now = clock.wall() - clock.monotonic();
    const byMs = now - offsetMs;
    offsetMs = now;
    if (Math.abs(byMs) >= jumpMs) log.warn({ byMs: Math.round(byMs) }, 'the clock jumped');
  }

  return {
    async stop() {
      cancel();
      await seconds.destroy();
      await running;
    },
  };
}
