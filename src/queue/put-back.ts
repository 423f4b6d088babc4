import { ShuttingDown } from '../net/deadline.ts';

/** A job may not be done yet: it is put back and taken again after that time, milliseconds. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`not for another ${String(afterMs)} ms`);
    this.afterMs = afterMs;
  }
}

const ourTrouble: readonly unknown[] = ['store_unavailable', 'queue_unavailable'];

/** Whether a job that ended with this error is to be done again: we are stopping, or Redis is away. Anything else is a bug. */
export function putsBack(error: unknown): boolean {
  return (
    error instanceof ShuttingDown || (error instanceof Error && 'code' in error && ourTrouble.includes(error.code))
  );
}
