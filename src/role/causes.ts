import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { follow, type CauseBook, type Patience } from '../federation/cause/book.ts';
import { search, type Case, type Found, type Witness } from '../federation/cause/search.ts';
import { blindCause, shownCauses, type ShownCause } from '../federation/cause/shown.ts';
import { damped } from '../log/damper.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';
import { caseOf, witnessOf } from '../probe/case.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import type { Part } from './part.ts';

/** Causes are searched for four times in the time in which partners are examined once, within these bounds, milliseconds. */
const searchesEach = 4;
const shortestPeriodMs = 1_000;
const longestPeriodMs = 15_000;
/** All partners have been examined, and what was found confirmed, after so many of the longest interval; an hour at most. */
const intervals = 3;
const mostPatienceMs = 3_600_000;
/** Where the configuration says nothing. */
const usualHoldDownMs = 120_000;
/** So many partners are read in one breath. */
const breath = 200;

/** What of a configuration says how often causes are searched for, and how patiently. */
export type CauseConfig = Pick<Config, 'partners' | 'hysteresis' | 'vantage'>;

/** How often causes are searched for, milliseconds. */
export function causePeriodMs({ partners }: Pick<CauseConfig, 'partners'>): number {
  const shortest = partners.reduce((least, { everyMs }) => Math.min(least, everyMs), searchesEach * longestPeriodMs);
  return Math.max(shortestPeriodMs, Math.round(shortest / searchesEach));
}

function patienceOf({ partners, hysteresis }: CauseConfig): Patience {
  const longest = partners.reduce((most, { everyMs }) => Math.max(most, everyMs), 0);
  return {
    holdDownMs: hysteresis.holdDownMs ?? usualHoldDownMs,
    everybodyMs: Math.min(intervals * longest, mostPatienceMs),
  };
}

async function each<T>(
  partners: readonly PartnerSnapshot[],
  read: (partner: PartnerSnapshot) => T | null,
): Promise<T[]> {
  const all: T[] = [];
  for (const [at, partner] of partners.entries()) {
    const one = read(partner);
    if (one !== null) all.push(one);
    if (at % breath === breath - 1) await setImmediate();
  }
  return all;
}

const casesIn = ({ partners }: Snapshot, vantage: string): Promise<Case[]> =>
  each(partners, (partner) => caseOf(partner, vantage));

/** While we do not see: that, and everybody that is unknown because of it. */
function blindCauses({ sight, partners }: Snapshot): readonly ShownCause[] {
  if (!sight?.blindness) return [];
  const unseen = partners.filter(({ published }) => published.reason === 'blind');
  return [blindCause(sight.blindness, unseen.map(({ published }) => published.partner.domain).sort())];
}

const bySize = (a: ShownCause, b: ShownCause): number => b.members.length - a.members.length || (a.id < b.id ? -1 : 1);

/** A reading of the store with the causes that are remembered and those who share them now. Others get a turn meanwhile. */
export async function withCauses(snapshot: Snapshot, vantage: string): Promise<Snapshot> {
  const { book = null, nowMs, sight } = snapshot;
  if (sight?.blindness) return { ...snapshot, causes: blindCauses(snapshot) };
  if (book === null || book.causes.length === 0) return { ...snapshot, causes: [] };
  const causes = shownCauses(book, await casesIn(snapshot, vantage), nowMs);
  return { ...snapshot, causes: causes.toSorted(bySize) };
}

async function searched(cases: readonly Case[], witnesses: readonly Witness[]): Promise<readonly Found[]> {
  const searching = search(cases, witnesses);
  for (;;) {
    const step = searching.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}

/**
 * The book after this reading; null where there is nothing to be kept: the store is away, we do not see, somebody else has
 * searched in this slot, or nothing was found and nothing remembered.
 */
export async function nextBook(snapshot: Snapshot, config: CauseConfig): Promise<CauseBook | null> {
  const { storeUp, sight, book = null, nowMs, partners } = snapshot;
  const periodMs = causePeriodMs(config);
  const slotMs = Math.floor(nowMs / periodMs) * periodMs;
  if (!storeUp || sight?.blindness || (book !== null && book.slotMs >= slotMs)) return null;
  const { vantage } = config;
  const cases = await casesIn(snapshot, vantage);
  const found =
    cases.length === 0 ? [] : await searched(cases, await each(partners, (partner) => witnessOf(partner, vantage)));
  const next = follow(book, found, cases, { slotMs, nowMs, ...patienceOf(config) });
  return next.causes.length === 0 && (book === null || book.causes.length === 0) ? null : next;
}

export interface CauseWatchPorts {
  readonly config: { current(): CauseConfig };
  readonly store: Pick<Store, 'recordCauses'>;
  /** A reading at most a second old; null: there is nothing in it to be searched for. */
  readonly read: () => Promise<Snapshot | null>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks for shared causes and keeps the book of them. Of several exporters one does in each slot; the others find it done. */
export function causesPart({ config, store, read, clock, log }: CauseWatchPorts): Part {
  const quiet = damped(log, clock);
  let cancel = (): void => undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const snapshot = await read();
      const book = snapshot === null ? null : await nextBook(snapshot, config.current());
      if (book !== null) await store.recordCauses(book);
    } catch (err) {
      if (!(err instanceof StoreUnavailable)) throw err;
      quiet.warn({ err }, 'the causes that partners share were not kept; they are searched for again soon');
    }
  }

  async function round(): Promise<void> {
    await look();
    if (!stopped) cancel = clock.after(causePeriodMs(config.current()), begin);
  }

  function begin(): void {
    running = round();
  }

  return {
    name: 'causes',
    start() {
      begin();
      return Promise.resolve();
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
