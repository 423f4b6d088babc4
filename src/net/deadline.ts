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

/** What tells work to end: as much of an AbortSignal as work needs, so that a real one serves, too. */
export interface Stop {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', run: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', run: () => void): void;
}

/** A signal with an end. `release` must be called when the work is done. */
export interface Deadline {
  readonly signal: Stop;
  release(): void;
}

/** Plain, because every step has one and a real AbortSignal, with its listeners, costs several times as much. */
class Limit implements Deadline, Stop {
  aborted = false;
  reason: unknown = undefined;
  readonly #parent: Stop | undefined;
  readonly #follow = (): void => this.#fire(this.#parent?.reason);
  readonly #cancel: () => void;
  #waiting: readonly (() => void)[] = [];

  constructor(clock: Clock, ms: number, parent: Stop | undefined) {
    const dueMs = clock.monotonic() + ms;
    this.#cancel = clock.after(ms, () => this.#fire(new DeadlineExceeded(ms, clock.monotonic() - dueMs)));
    this.#parent = parent;
    if (parent?.aborted === true) this.#follow();
    else parent?.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): Stop {
    return this;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  addEventListener(_type: 'abort', run: () => void): void {
    if (!this.aborted) this.#waiting = [...this.#waiting, run];
  }

  removeEventListener(_type: 'abort', run: () => void): void {
    this.#waiting = this.#waiting.filter((each) => each !== run);
  }

  release(): void {
    this.#cancel();
    this.#parent?.removeEventListener('abort', this.#follow);
  }

  #fire(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  }
}

/**
 * Fires after `ms` or when `parent` fires, whichever is first. Made by hand because `AbortSignal.any` with a
 * long-lived parent keeps every combined signal alive (nodejs/node#54614).
 */
export function deadline(clock: Clock, ms: number, parent?: Stop): Deadline {
  return new Limit(clock, ms, parent);
}

/** Runs `work` under a deadline of its own and releases it whatever happens. */
export async function within<T>(
  clock: Clock,
  ms: number,
  parent: Stop | undefined,
  work: (signal: Stop) => Promise<T>,
): Promise<T> {
  const limit = deadline(clock, ms, parent);
  try {
    return await work(limit.signal);
  } finally {
    limit.release();
  }
}
