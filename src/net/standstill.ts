import type { Clock } from './clock.ts';
import { stoodStillMs } from './deadline.ts';

/** Knows when this process did not run: it was stopped, or its event loop was held up. */
export interface Standstill {
  /** The longest time it stood still since an instant of the monotonic clock, milliseconds; 0 below what counts. */
  longestSinceMs(fromMs: number): number;
  stop(): void;
}

const beatMs = 250;
/** Older ones are of no use to an examination that is still under way. */
const remembered = 64;

/** Watches from now on, by a beat that comes late when nothing else could run either. */
export function watchStandstill(clock: Clock): Standstill {
  let seen: readonly { readonly endMs: number; readonly lateMs: number }[] = [];
  let dueMs = clock.monotonic() + beatMs;
  const beat = (): void => {
    const nowMs = clock.monotonic();
    const lateMs = nowMs - dueMs;
    if (lateMs >= stoodStillMs) seen = [...seen, { endMs: nowMs, lateMs }].slice(-remembered);
    dueMs = nowMs + beatMs;
    cancel = clock.after(beatMs, beat);
  };
  let cancel = clock.after(beatMs, beat);
  return {
    longestSinceMs(fromMs) {
      // Sockets may be read before the beat that is overdue.
      const overdueMs = clock.monotonic() - dueMs;
      const all = [overdueMs, ...seen.filter(({ endMs }) => endMs >= fromMs).map(({ lateMs }) => lateMs)];
      const longestMs = Math.max(...all);
      return longestMs >= stoodStillMs ? longestMs : 0;
    },
    stop: () => cancel(),
  };
}
