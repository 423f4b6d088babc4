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
 * At most `limit` are within their first `firstMs`; those that go on for longer hold nobody up. Each begins once `ready`
 * resolves, and its first while begins then.
 */
export function createStarts(
  clock: Pick<Clock, 'after'>,
  limit: number,
  firstMs: number,
  ready: () => Promise<void> = () => Promise.resolve(),
): Gate {
  const { enter, leave } = doorFor(limit);
  return {
    async run(work, isUrgent = false) {
      await enter(isUrgent);
      let inside = true;
      const out = (): void => {
        if (inside) leave();
        inside = false;
      };
      let cancel: () => void = () => undefined;
      try {
        await ready();
        cancel = clock.after(firstMs, out);
        return await work();
      } finally {
        cancel();
        out();
      }
    },
  };
}
