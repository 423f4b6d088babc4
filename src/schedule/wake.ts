import { createTask, type ScheduledTask } from 'node-cron';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';

/** Wakes until stopped. */
export interface Waker {
  /** No further wake; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** A difference between wall and monotonic time that grows by more than this was set, not drifted. */
const jumpMs = 1_500;
const watchMs = 250;

/**
 * Calls `tick` at each second of the wall clock, one call at a time; a call that is still running swallows the next.
 * node-cron waits for an instant it computed before: after the clock was set back an hour it would sleep that hour,
 * after it was set far forward it would walk through every second between. So a jump is watched for, and cron is
 * started anew.
 */
export function wakeEverySecond(tick: (nowMs: number) => Promise<void>, clock: Clock, log: Log): Waker {
  let running: Promise<void> | null = null;
  let offsetMs = clock.wall() - clock.monotonic();
  let task = start();
  let cancelWatch = clock.after(watchMs, watch);

  function start(): ScheduledTask {
    const made = createTask('* * * * * *', wake, {
      noOverlap: true,
      timezone: 'UTC',
      suppressMissedWarning: true,
      logger: cronLog(log),
    });
    void made.start();
    return made;
  }

  // A fresh task knows nothing of a call that its predecessor started.
  async function wake(): Promise<void> {
    if (running !== null) return;
    running = tick(clock.wall());
    try {
      await running;
    } finally {
      running = null;
    }
  }

  function watch(): void {
    cancelWatch = clock.after(watchMs, watch);
    const now = clock.wall() - clock.monotonic();
    const byMs = now - offsetMs;
    offsetMs = now;
    if (Math.abs(byMs) < jumpMs) return;
    log.warn({ byMs: Math.round(byMs) }, 'the clock jumped');
    void task.destroy();
    task = start();
  }

  return {
    async stop() {
      cancelWatch();
      await task.destroy();
      await running;
    },
  };
}

/** Overlaps and missed seconds are of no interest here: slot arithmetic makes up for them. Errors would be bugs. */
function cronLog(log: Log): { info(): void; warn(): void; debug(): void; error(message: string | Error): void } {
  const quiet = (): void => undefined;
  return {
    info: quiet,
    warn: quiet,
    debug: quiet,
    error: (message) => log.error({ err: message }, 'the wake-up call failed'),
  };
}
