import type { LiveConfig } from '../config/live.ts';
import type { Change } from '../federation/change.ts';
import { printConfig } from '../config/print.ts';
import type { Ledger } from '../http/ledger-rows.ts';
import type { Views } from '../http/view.ts';
import { mostSeries, withinBudget } from '../metrics/budget.ts';
import { breathe, exposition, type Format, type Written } from '../metrics/exposition.ts';
import { keptLines } from '../metrics/kept-lines.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import { projectParts, type Makers } from '../metrics/project.ts';
import { keptRuns, type Piece } from '../metrics/runs.ts';
import { sample } from '../metrics/sample.ts';
import type { Sample } from '../probe/probe.ts';
import { systemClock, type Clock } from '../net/clock.ts';
import { readLedger } from '../store/read-ledger.ts';
import { readSnapshot } from '../store/read-snapshot.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import { withCauses } from './causes.ts';
import { mayShareCauses } from './trouble.ts';

/** A reading of the store serves everyone who asks within this time, milliseconds. */
export const readingLastsMs = 1_000;
/** What partners share changes no faster than it is searched for, so that a page of one partner may take it from an older reading. */
const causesLastMs = 30_000;

interface Reading {
  readonly snapshot: Snapshot;
  /** What the queues hold. */
  readonly queues: readonly Sample[];
  readonly tookMs: number;
}

/** What an exporter is given beside the store. */
export interface Beside {
  /** What the queues hold; absent: there are none. */
  readonly queues?: () => Promise<readonly Sample[]>;
  /** The most series of an exposition. */
  readonly most?: number;
}

/** Reads the store at most once in so many milliseconds and never twice at once; a failed reading is not kept. */
function sharedReading(
  config: LiveConfig,
  store: Store,
  clock: Clock,
  queues: NonNullable<Beside['queues']>,
): (lastsMs?: number) => Promise<Reading> {
  let kept: { readonly atMs: number; readonly reading: Promise<Reading>; done: boolean } | null = null;
  let before: Snapshot | null = null;
  const read = async (): Promise<Reading> => {
    const startedMs = clock.monotonic();
    const current = config.current();
    const waiting = queues();
    const read = await readSnapshot(store, current, clock.wall(), { baselines: false, before });
    const snapshot = await withCauses(read, current.vantage);
    before = snapshot;
    return { snapshot, queues: await waiting, tookMs: clock.monotonic() - startedMs };
  };
  return (lastsMs = readingLastsMs) => {
    const nowMs = clock.monotonic();
    if (kept !== null && (!kept.done || nowMs - kept.atMs < lastsMs)) return kept.reading;
    const next = { atMs: nowMs, reading: read(), done: false };
    kept = next;
    const settled = (): void => {
      next.done = true;
    };
    next.reading.then(settled, () => {
      if (kept === next) kept = null;
    });
    return next.reading;
  };
}

/** The fleet, what the queues hold, and how long it took to read it. */
function* partsOf({ snapshot, queues, tookMs }: Reading, make: Makers<Written>): Generator<Written, void, undefined> {
  yield make.rest([sample('fedmon_exporter_collect_duration_seconds', {}, tookMs / 1000), ...queues]);
  yield* projectParts(snapshot, make);
}

async function ledgerOf(config: LiveConfig, store: Store, domain: string): Promise<Ledger | null> {
  try {
    return { rows: await readLedger(store, domain, config.current()) };
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

/** Of the partners that are configured. */
async function eventsOf(config: LiveConfig, store: Store, limit: number): Promise<readonly Change[] | null> {
  const known = new Set(config.current().partners.map(({ domain }) => domain));
  try {
    return (await store.events(limit)).filter(({ domain }) => domain === null || known.has(domain));
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

export interface Exporter {
  metrics(format?: Format): Promise<AsyncIterable<Piece>>;
  readonly views: Views;
  /** A reading in which causes can be searched for; null: nobody has any trouble, and none is remembered. */
  troubled(): Promise<Snapshot | null>;
  ready(): Promise<true | string>;
}

/** What the exporter serves: the whole store as metrics and pages, next to the work of its own process. */
export function exporterViews(
  config: LiveConfig,
  store: Store,
  own: OwnMetrics,
  clock: Clock = systemClock,
  { queues = () => Promise.resolve([]), most = mostSeries }: Beside = {},
): Exporter {
  const read = sharedReading(config, store, clock, queues);
  const make = keptLines();
  const gather = keptRuns();
  /** One partner in full, with what it shares with others. */
  const readOne = async (domain: string): Promise<Snapshot> => {
    const one = await readSnapshot(store, config.current(), clock.wall(), { domain });
    // Otherwise nobody shares anything, and the fleet need not be read to say so.
    const mayShare = (one.sight?.blindness ?? null) !== null || (one.book?.causes.length ?? 0) > 0;
    const { causes = [] } = mayShare ? (await read(causesLastMs)).snapshot : {};
    return { ...one, causes };
  };
  async function* text(reading: Reading, format: Format): AsyncGenerator<Piece, void, undefined> {
    const parts = withinBudget(partsOf(reading, make), (series) => own.seriesDropped(series), most);
    yield* exposition(parts, format, breathe, gather);
    yield [await own.text(format)];
  }
  return {
    views: {
      vantage: config.current().vantage,
      get writer() {
        return config.current().identity;
      },
      get grafana() {
        return config.current().grafana ?? null;
      },
      snapshot: async (domain) => (domain === undefined ? (await read()).snapshot : readOne(domain)),
      events: (limit) => eventsOf(config, store, limit),
      ledger: (domain) => ledgerOf(config, store, domain),
      config: () => printConfig(config.current()),
    },
    async metrics(format = 'text') {
      const reading = await read();
      own.storeUp(reading.snapshot.storeUp);
      return text(reading, format);
    },
    async troubled() {
      return (await mayShareCauses(store, config.current().partners)) ? (await read()).snapshot : null;
    },
    async ready() {
      try {
        await store.ping();
        return true;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return 'The store cannot be read: check that Redis runs and that redis.url is right.';
      }
    },
  };
}
