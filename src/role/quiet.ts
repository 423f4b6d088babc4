import type { Clock } from '../net/clock.ts';

/** A turn of the event loop that takes no longer had nothing else to do, milliseconds. */
export const quietMs = 0.25;
/** One that is never quiet is waited for no longer than this. */
export const longestHeldMs = 10;

/** Calls `run` after the event loop has gone round once. */
export type NextTurn = (run: () => void) => void;

/**
 * Resolves once the event loop has nothing else to do, or after `longestHeldMs`: what is begun then is not held up by
 * what was there before, and what is measured of it is the other side's time.
 */
export function untilQuiet(
  clock: Pick<Clock, 'monotonic'>,
  nextTurn: NextTurn = (run) => void setImmediate(run),
): Promise<void> {
  const begunMs = clock.monotonic();
  return new Promise((resolve) => {
    const look = (): void => {
      const fromMs = clock.monotonic();
      nextTurn(() => {
        const nowMs = clock.monotonic();
        if (nowMs - fromMs <= quietMs || nowMs - begunMs >= longestHeldMs) resolve();
        else look();
      });
    };
    look();
  });
}
