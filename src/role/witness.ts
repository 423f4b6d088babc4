import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';

/** A clock that differs from the store's by more, milliseconds, is not worked with. Clocks that are looked after differ by less than a second. */
export const mostSkewMs = 30_000;

/** An answer that took longer tells the time too vaguely. */
const longestAnswerMs = 2_000;

/** A second opinion on our clock: the store's. All roles ask the same one, so whoever differs from it is wrong for all others. */
export interface Witness {
  /** What the store said that the time is, and how long the answer took. */
  heard(storeMs: number, tookMs: number): void;
  /**
   * By how much our clock is ahead of the store's, milliseconds (behind: negative); 0 within the tolerance, and while
   * nothing was heard. Sees at once that our clock was set since.
   */
  wrongByMs(): number;
  /** What is wrong, in a sentence; null when nothing is. */
  trouble(): string | null;
}

function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return seconds < 7_200 ? `${String(seconds)} s` : `${String(Math.round(seconds / 3_600))} h`;
}

export function clockWitness(
  clock: Clock,
  own: Pick<OwnMetrics, 'clockAhead'>,
  log: Pick<Log, 'warn' | 'info'>,
): Witness {
  /** How far the store's clock is ahead of our monotonic one, which nobody sets. */
  let storeOffsetMs: number | null = null;
  let said = false;

  const wrongByMs = (): number => {
    if (storeOffsetMs === null) return 0;
    const aheadMs = clock.wall() - clock.monotonic() - storeOffsetMs;
    return Math.abs(aheadMs) > mostSkewMs ? aheadMs : 0;
  };
  const trouble = (): string | null => {
    const aheadMs = wrongByMs();
    if (aheadMs === 0) return null;
    const side = aheadMs > 0 ? 'ahead of' : 'behind';
    return `the clock of this machine is ${inWords(aheadMs)} ${side} that of Redis: nothing is planned or examined here until they agree`;
  };
  return {
    heard(storeMs, tookMs) {
      if (tookMs > longestAnswerMs) return;
      storeOffsetMs = storeMs + tookMs / 2 - clock.monotonic();
      own.clockAhead((clock.wall() - clock.monotonic() - storeOffsetMs) / 1000);
      const because = trouble();
      if (because !== null && !said) log.warn({ aheadMs: Math.round(wrongByMs()) }, because);
      if (because === null && said) log.info({}, 'the clock of this machine and that of Redis agree again');
      said = because !== null;
    },
    wrongByMs,
    trouble,
  };
}
