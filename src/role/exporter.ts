import type { LiveConfig } from '../config/live.ts';
import { printConfig } from '../config/print.ts';
import type { Views } from '../http/view.ts';
import { exposition } from '../metrics/exposition.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import { projectParts } from '../metrics/project.ts';
import { sample } from '../metrics/sample.ts';
import { systemClock, type Clock } from '../net/clock.ts';
import type { Sample } from '../probe/probe.ts';
import { readSnapshot } from '../store/read-snapshot.ts';
import type { Snapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';

/** A reading of the store serves everyone who asks within this time, milliseconds. */
export const readingLastsMs = 1_000;

interface Reading {
  readonly snapshot: Snapshot;
  readonly tookMs: number;
}

/** Reads the store at most once a second and never twice at once; a failed reading is not kept. */
function sharedReading(config: LiveConfig, store: Store, clock: Clock): () => Promise<Reading> {
  let kept: { readonly atMs: number; readonly reading: Promise<Reading>; done: boolean } | null = null;
  const read = async (): Promise<Reading> => {
    const startedMs = clock.monotonic();
    const snapshot = await readSnapshot(store, config.current(), clock.wall());
    return { snapshot, tookMs: clock.monotonic() - startedMs };
  };
  return () => {
    const nowMs = clock.monotonic();
    if (kept !== null && (!kept.done || nowMs - kept.atMs < readingLastsMs)) return kept.reading;
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

function* partsOf({ snapshot, tookMs }: Reading): Generator<readonly Sample[], void, undefined> {
  yield* projectParts(snapshot);
  yield [sample('fedmon_exporter_collect_duration_seconds', {}, tookMs / 1000)];
}

/** What the exporter serves: the whole store as metrics and pages, next to the work of its own process. */
export function exporterViews(
  config: LiveConfig,
  store: Store,
  own: OwnMetrics,
  clock: Clock = systemClock,
): { metrics(): Promise<string>; views: Views; ready(): Promise<true | string> } {
  const read = sharedReading(config, store, clock);
  const texts = new WeakMap<Reading, Promise<string>>();
  const projected = (reading: Reading): Promise<string> => {
    const text = texts.get(reading) ?? exposition(partsOf(reading));
    texts.set(reading, text);
    return text;
  };
  return {
    views: {
      vantage: config.current().vantage,
      get writer() {
        return config.current().identity;
      },
      snapshot: async () => (await read()).snapshot,
      config: () => printConfig(config.current()),
    },
    async metrics() {
      const reading = await read();
      own.storeUp(reading.snapshot.storeUp);
      return (await projected(reading)) + (await own.text());
    },
    async ready() {
      const { snapshot } = await read();
      return snapshot.storeUp ? true : 'The store cannot be read: check that Redis runs and that redis.url is right.';
    },
  };
}
