import { NetworkFailure, type Failure } from '../federation/failure.ts';
import type { Step, StepName } from '../federation/observation.ts';
import type { Clock } from '../net/clock.ts';
import { deadline, ShuttingDown, type Stop } from '../net/deadline.ts';
import { failureOf, withoutUs } from '../net/classify.ts';
import type { Standstill } from '../net/standstill.ts';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Records the steps of one examination in order, with times and failures. */
export class Trail {
  readonly #clock: Clock;
  readonly #signal: Stop | undefined;
  readonly #startedMs: number;
  readonly #standstill: Pick<Standstill, 'longestSinceMs'> | undefined;
  readonly #steps: Step[] = [];

  constructor(
    clock: Clock,
    signal?: Stop,
    standstill?: Pick<Standstill, 'longestSinceMs'>,
    startedMs = clock.monotonic(),
  ) {
    this.#clock = clock;
    this.#signal = signal;
    this.#startedMs = startedMs;
    this.#standstill = standstill;
  }

  /** A trail of its own with the same start: what one kind does in an examination of several. */
  branch(): Trail {
    return new Trail(this.#clock, this.#signal, this.#standstill, this.#startedMs);
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /**
   * Runs one network operation within `limitMs`. A network failure becomes data; bugs and shutting down are thrown on.
   * The only place where a probe's errors are caught.
   */
  async step<T>(
    name: StepName,
    target: string,
    limitMs: number,
    run: (signal: Stop) => Promise<T>,
  ): Promise<Outcome<T>> {
    const startedMs = this.#clock.monotonic();
    const record = (failure: Failure | null): void => {
      const tookMs = round(this.#clock.monotonic() - startedMs);
      this.#steps.push({ name, target, startedMs: round(startedMs - this.#startedMs), tookMs, failure });
    };
    const limit = deadline(this.#clock, limitMs, this.#signal);
    try {
      const value = await run(limit.signal);
      record(null);
      return { ok: true, value };
    } catch (error) {
      if (error instanceof ShuttingDown) throw error;
      const found = error instanceof NetworkFailure ? error.failure : failureOf(error, name);
      if (found === null) throw error;
      const stoodMs = this.#standstill?.longestSinceMs(this.#startedMs) ?? 0;
      const failure = stoodMs > 0 ? withoutUs(found, stoodMs) : found;
      record(failure);
      return { ok: false, failure };
    } finally {
      limit.release();
    }
  }
}

/** Milliseconds to a tenth of a microsecond: enough to order steps, short enough to store. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
