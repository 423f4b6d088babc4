import type { Change } from '../federation/change.ts';
import { eventRow, type EventRow } from './api.ts';

/** One event of the stream: what `id` says of it can be asked for again. */
export interface FeedEvent {
  readonly id: string;
  readonly row: EventRow;
}

/** Hears of events; the returned function stops it. */
export interface EventFeed {
  /** What came after the event of this id, oldest first; none when it is not among the latest. */
  since(id: string | undefined): Promise<readonly FeedEvent[]>;
  listen(hear: (event: FeedEvent) => void): () => void;
}

/** Runs once after so many milliseconds; what it answers cancels that. */
export type After = (ms: number, run: () => void) => () => void;

const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The latest events are looked at so often while somebody listens, milliseconds, and so many of them. */
export const feedEveryMs = 2_000;
export const feedLooksAt = 100;

const idOf = (row: EventRow): string =>
  [row.at ?? '', row.domain ?? '*', row.what === 'state' ? row.to : `${row.kind} ${row.subject ?? ''}`].join(' ');

/**
 * Follows the events of the store while somebody listens: one look for all of them, newest 100 each time. A look that
 * fails is left out; what came meanwhile is told by the next.
 */
export function followEvents(
  latest: (limit: number) => Promise<readonly Change[] | null>,
  after: After = afterTimeout,
): EventFeed {
  const ears = new Set<(event: FeedEvent) => void>();
  let known: ReadonlySet<string> | null = null;
  let cancel = (): void => undefined;

  const look = async (): Promise<readonly FeedEvent[] | null> => {
    const changes = await latest(feedLooksAt).catch(() => null);
    return changes?.map(eventRow).map((row) => ({ id: idOf(row), row })) ?? null;
  };
  const tell = async (): Promise<void> => {
    const events = await look();
    if (events !== null) {
      const before = known;
      known = new Set(events.map(({ id }) => id));
      // Before the first look nothing is known, so nothing is new.
      const fresh = before === null ? [] : events.filter(({ id }) => !before.has(id)).toReversed();
      for (const event of fresh) for (const hear of [...ears]) hear(event);
    }
    if (ears.size > 0) cancel = after(feedEveryMs, () => void tell());
  };
  return {
    async since(id) {
      const events = id === undefined ? null : await look();
      const at = events?.findIndex((event) => event.id === id) ?? -1;
      return at < 0 ? [] : (events ?? []).slice(0, at).toReversed();
    },
    listen(hear) {
      ears.add(hear);
      if (ears.size === 1) void tell();
      return () => {
        ears.delete(hear);
        if (ears.size > 0) return;
        cancel();
        known = null;
      };
    },
  };
}
