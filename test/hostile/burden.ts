import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { processorMs } from '../processor-time.ts';

/** What the work of this thread cost while it was watched. */
export interface Burden {
  /** The longest that the thread computed without looking at its timers, milliseconds of processor time. */
  readonly longestMs: number;
  /** The longest delay of the event loop; on a busy machine it holds what others took. */
  readonly longestDelayMs: number;
  /** How much more is held after it, octets. */
  readonly grownBy: number;
  readonly rejections: readonly unknown[];
}

const tickMs = 5;

function held(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Watches this thread until the returned function is called. The delay of the event loop counts what other processes
 * took of the processor; what decides here is the time that this thread itself computed between two turns.
 */
export function watchBurden(): () => Burden {
  const before = held();
  const rejections: unknown[] = [];
  const rejected = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', rejected);
  const delay = monitorEventLoopDelay({ resolution: tickMs });
  delay.enable();
  let longest = 0;
  let last = processorMs();
  const timer = setInterval(() => {
    const now = processorMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, tickMs);
  return () => {
    clearInterval(timer);
    delay.disable();
    process.off('unhandledRejection', rejected);
    return { longestMs: longest, longestDelayMs: delay.max / 1e6, grownBy: held() - before, rejections };
  };
}
