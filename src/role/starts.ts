import type { Clock } from '../net/clock.ts';

/** So many examinations of edges begin at once in one process: more handshakes would be measured as slow partners on a small machine. */
export const startsAtOnce = 32;
/** Who has not ended after this waits for an answer, and costs a socket and no work. */
export const startMs = 1_000;

/** A gate that examinations pass in the order in which they came. */
export interface Starts {
  /** Runs `work` once fewer than the limit are in their first second. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** At most `limit` are within their first `firstMs`; those that go on for longer hold nobody up. */
export function createStarts(clock: Clock, limit = startsAtOnce, firstMs = startMs): Starts {
  const waiting: (() => void)[] = [];
  let free = limit;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((letIn) => waiting.push(letIn));
  };
  return {
    async run(work) {
      await enter();
      let inside = true;
      const out = (): void => {
        if (inside) leave();
        inside = false;
      };
      const cancel = clock.after(firstMs, out);
      try {
        return await work();
      } finally {
        cancel();
        out();
      }
    },
  };
}
