import type { Clock } from '../net/clock.ts';

/** Does one item, together with others that come at about the same time; its own result, or what went wrong for all of them. */
export type Together<Item, Result> = (item: Item) => Promise<Result>;

/** How long the first one waits for others, milliseconds, and how many are done together at most. */
export interface Company {
  readonly waitMs: number;
  readonly most: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One trip to the store for many. `run` answers a result for each item, in order; where it rejects, or the result of an
 * item is an Error, that is what those who asked are told.
 */
export function together<Item, Result>(
  clock: Pick<Clock, 'after'>,
  { waitMs, most }: Company,
  run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): Together<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let cancel: (() => void) | null = null;

  const go = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    const group = waiting;
    waiting = [];
    try {
      const results = await run(group.map(({ item }) => item));
      for (const [at, { resolve, reject }] of group.entries()) {
        const result = results[at] ?? new Error('one of a group was left out');
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length >= most) void go();
      else cancel ??= clock.after(waitMs, () => void go());
    });
}
