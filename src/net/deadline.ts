import type { Clock } from './clock.ts';

/** Why a signal fired: time is up. This is evidence about the peer. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  readonly afterMs: number;
  /** How long after its time it fired, milliseconds. From `stoodStillMs` on it is evidence about us, not about the peer. */
  readonly lateMs: number;

  constructor(afterMs: number, lateMs = 0) {
    super(`no answer within ${String(Math.round(afterMs))} ms`);
    this.afterMs = afterMs;
    this.lateMs = lateMs;
  }
}

/** A deadline that fires so late was not kept by a process that ran: it was stopped, or its event loop was held up. */
export const stoodStillMs = 500;

/** Why a signal fired: the process is stopping. This is not evidence about anybody. */
export class ShuttingDown extends Error {
  override readonly name = 'ShuttingDown';
}

/** A signal with an end. `release` must be called when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal;
  release(): void;
}

/**
 * Fires after `ms` or when `parent` fires, whichever is first. Made by hand because `AbortSignal.any` with a
 * long-lived parent keeps every combined signal alive (nodejs/node#54614).
 */
export function deadline(clock: Clock, ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const dueMs = clock.monotonic() + ms;
  const cancel = clock.after(ms, () => controller.abort(new DeadlineExceeded(ms, clock.monotonic() - dueMs)));
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) follow();
  else parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    release() {
      cancel();
      parent?.removeEventListener('abort', follow);
    },
  };
}

/** Runs `work` under a deadline of its own and releases it whatever happens. */
export async function within<T>(
  clock: Clock,
  ms: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = deadline(clock, ms, parent);
  try {
    return await work(limit.signal);
  } finally {
    limit.release();
  }
}
