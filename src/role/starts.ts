import type { Clock } from '../net/clock.ts';

/** So many examinations of edges are under way at once in one process; most of those then hang, and cost a socket and no work. */
export const lanesAtOnce = 1_024;
/** Of them so many are at their start: have their turn and wait to connect, or have just connected. */
export const startsAtOnce = 32;
/** Who has not ended after this waits for an answer. */
export const startMs = 1_000;
/**
 * Of those one connects after the other, or so soon after: what a handshake costs is then done before the next needs the
 * processor, and what is reported is the partner's time. `npm run bench -- --only truthful` measures it.
 */
export const connectsAtOnce = 1;
export const connectMs = 4;
/** While the event loop is held up the next one waits, but no longer than this for one that does not end. */
export const longestHeldMs = 20;

/** A gate that examinations pass in the order in which they came, urgent ones before all others. */
export interface Gate {
  /** Runs `work` once fewer than the limit are inside. */
  run<Result>(work: () => Promise<Result>, isUrgent?: boolean): Promise<Result>;
}

interface Door {
  readonly enter: (isUrgent: boolean) => Promise<void>;
  readonly leave: () => void;
}

/** Lets in whoever comes while there is room, the others in the order in which they came. */
function doorFor(limit: number): Door {
  const urgent: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let free = limit;
  return {
    async enter(isUrgent) {
      if (free > 0) free -= 1;
      else await new Promise<void>((letIn) => (isUrgent ? urgent : waiting).push(letIn));
    },
    leave() {
      const next = urgent.shift() ?? waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}

/** At most `limit` are inside, each until it has ended. */
export function createLanes(limit = lanesAtOnce): Gate {
  const { enter, leave } = doorFor(limit);
  return {
    async run(work, isUrgent = false) {
      await enter(isUrgent);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/**
 * At most `limit` are within their first `firstMs`, or longer while a timer of so long fires late by as much again: then
 * there is work left of those before. Those that go on for longer hold nobody up.
 */
export function createStarts(clock: Clock, limit: number, firstMs: number): Gate {
  const { enter, leave } = doorFor(limit);
  const longestMs = Math.max(firstMs, longestHeldMs);
  /** Calls `out` when a start is over; the returned function gives up on it. */
  const watch = (out: () => void): (() => void) => {
    const begunMs = clock.monotonic();
    let cancel: () => void = () => undefined;
    const look = (): void => {
      const fromMs = clock.monotonic();
      cancel = clock.after(firstMs, () => {
        const nowMs = clock.monotonic();
        if (nowMs - fromMs < 2 * firstMs || nowMs - begunMs >= longestMs) out();
        else look();
      });
    };
    look();
    return () => cancel();
  };
  return {
    async run(work, isUrgent = false) {
      await enter(isUrgent);
      let inside = true;
      const out = (): void => {
        if (inside) leave();
        inside = false;
      };
      const cancel = watch(out);
      try {
        return await work();
      } finally {
        cancel();
        out();
      }
    },
  };
}
