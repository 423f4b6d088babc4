import type { LiveConfig } from '../config/live.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import { asError } from '../net/progress.ts';
import type { Store } from '../store/store.ts';
import type { Witness } from './witness.ts';

/** One thing a process consists of. Parts start in order and stop in reverse. */
export interface Part {
  readonly name: string;
  /** Rejects when it cannot be: then the process does not start. */
  start(stopping: AbortSignal): Promise<void>;
  /** Settles within seconds, whatever is broken; called only after `start`. */
  stop(): Promise<void>;
}

/** A part whose state decides whether the process is fit. Both answer true, or one sentence why not. */
export interface RolePart extends Part {
  /** Whether a restart would help. */
  healthy(): true | string;
  /** Whether it can do its work now. */
  ready(): true | string;
}

/** What every role needs. */
export interface RolePorts {
  readonly config: LiveConfig;
  readonly store: Store;
  readonly own: OwnMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** The same, damped, for what Redis does to us: one for all parts, so that the process as a whole stays quiet. */
  readonly quiet: Log;
  /** What the store's clock says of ours. */
  readonly witness: Witness;
}

/** Starts the parts in order; stops where `stopping` fires. The parts that were begun, in order, also after an error. */
export async function startParts(
  parts: readonly Part[],
  stopping: AbortSignal,
): Promise<{ readonly begun: readonly Part[]; readonly error: Error | null }> {
  const begun: Part[] = [];
  for (const part of parts) {
    if (stopping.aborted) break;
    begun.push(part);
    try {
      await part.start(stopping);
    } catch (error) {
      return { begun, error: asError(error) };
    }
  }
  return { begun, error: null };
}

/** Stops parts in reverse; one that fails is said and does not keep the others from stopping. */
export async function stopParts(parts: readonly Part[], log: Log): Promise<void> {
  for (const part of parts.toReversed()) {
    try {
      await part.stop();
      log.debug({ part: part.name }, 'stopped');
    } catch (err) {
      log.warn({ err, part: part.name }, 'a part did not stop in order');
    }
  }
}
