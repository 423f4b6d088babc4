import type { Baseline } from '../federation/baseline.ts';
import type { Look } from '../federation/blindness.ts';
import type { CauseBook } from '../federation/cause/book.ts';
import type { Change } from '../federation/change.ts';
import type { DriftChange } from '../federation/drift.ts';
import type { LedgerEntry } from '../federation/ledger.ts';
import type { OursChange, Setup } from '../federation/ours.ts';
import type { OwnReport } from '../federation/own-report.ts';
import type { Check, EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Standing, StandingChange, Tick } from '../federation/standing.ts';

export type { Tick };

/** One thing that wants to be examined for one slot; slots in epoch milliseconds. */
export interface Claim {
  readonly id: string;
  readonly slotMs: number;
}

/** Counters of a partner since the store began: runs per check, failures per check and code. */
export interface Tally {
  readonly runs: Readonly<Partial<Record<Check, number>>>;
  readonly failures: readonly { readonly check: Check; readonly code: string; readonly count: number }[];
}

/** A baseline that was followed while a partner was judged, and what is told of it. */
export interface Followed {
  readonly baseline: Baseline;
  /** The slot of the baseline it was followed from; null: there was none. */
  readonly previousSlotMs: number | null;
  readonly changes: readonly (DriftChange | OursChange)[];
}

/** The newest route of a partner, of a later slot than what was judged, and not far ahead of the store's clock. */
export interface News {
  readonly route: RouteEvidence;
  /** What is published of the partner; null: nothing. */
  readonly standing: Standing | null;
  /** What is expected of it; null: nothing. */
  readonly baseline: Baseline | null;
}

/** Somebody who wants to connect to an address and port, and at what pace that may be. Times in milliseconds. */
export interface TurnWish {
  /** The address and port. */
  readonly place: string;
  /** Who asks; the same again gets its turn back, also from a worker that died. */
  readonly holder: string;
  /** Least time between the beginnings of two turns at one place. */
  readonly gapMs: number;
  /** After so long a turn that was not ended is over. */
  readonly leaseMs: number;
  /** A turn that cannot begin within this time is not waited for. */
  readonly withinMs: number;
  /** Who comes again at every slot; holders of one sharer differ by slot. */
  readonly sharer: string;
  readonly slotMs: number;
  /** The time between two of its slots. */
  readonly everyMs: number;
}

/**
 * Whether it is somebody's turn: now, later, not in time, or not in this slot, since more share the place than fit into the
 * interval: then each has its turn in `fit` of `sharers` slots, evenly.
 */
export type Turn =
  | { readonly is: 'now' }
  | { readonly is: 'later'; readonly afterMs: number }
  | { readonly is: 'too_late' }
  | { readonly is: 'rests'; readonly sharers: number; readonly fit: number };

/** Somebody asks for an examination of a partner now, and how much of that may be. Times in milliseconds. */
export interface OrderWish {
  readonly domain: string;
  /** The same partner at most once, and at most `most` partners, in this time. */
  readonly withinMs: number;
  readonly most: number;
}

/** Whether an order is taken; if not, because of this partner or because of all, after how long it would be. */
export type Order = { readonly is: 'taken' } | { readonly is: 'too_soon' | 'too_many'; readonly afterMs: number };

/** More claims than this in one call would hold up the store, and too many are lost when an answer is lost. */
export const claimsAtOnce = 500;

/**
 * The shared memory of all roles. Every write is fenced by its slot and may be repeated: an older or equal slot is
 * refused and changes nothing, unless what is stored is far ahead of the store's clock (`isFarAhead`): it was written
 * while a clock was wrong. Methods reject with StoreUnavailable when the store cannot be reached.
 */
export interface Store {
  /**
   * Of these slots, those that nobody had claimed before. A slot is granted once, to one caller; one call is granted as
   * a whole or rejects. A slot far ahead of the store's clock is not granted, and one that was claimed fences nothing.
   * RangeError for a slot that is no count of milliseconds.
   */
  claimPartners(wanted: readonly Claim[]): Promise<readonly Claim[]>;
  claimEdges(wanted: readonly Claim[]): Promise<readonly Claim[]>;
  /** Says that what one call of `claimPartners` granted is on the queue, or given up. Any number of times. */
  settleClaims(granted: readonly Claim[]): Promise<void>;
  /** What calls of `claimPartners` granted at least `ageMs` ago to anybody and nobody settled, each as it was granted; the latest 100. */
  openClaims(ageMs: number): Promise<readonly (readonly Claim[])[]>;
  /**
   * Keeps a route and lists the partner under each of its edges for at least `keepMs`. What is known of an edge that
   * its last partner leaves is forgotten. False: something newer was there. Who read the stored one (null: none) says so
   * as `before`, and saves another look at it.
   */
  recordRoute(route: RouteEvidence, keepMs: number, before?: RouteEvidence | null): Promise<boolean>;
  /**
   * Keeps evidence for `keepMs`. False: something newer was there. What was `sent` for it is kept either way, for it was
   * sent; the same said again is kept once.
   */
  recordEdge(evidence: EdgeEvidence, keepMs: number, sent?: LedgerEntry | null): Promise<boolean>;
  /** Keeps what was sent to the edge of this id where no evidence is kept of it. False: it is there already. */
  recordSent(id: string, sent: LedgerEntry): Promise<boolean>;
  /** What was sent to each of these edges lately, newest first; those that nothing was sent to are absent. */
  ledgers(ids: readonly string[]): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  /** The partners whose newest route leads to each of these edges; an edge that nobody lists is absent. */
  partnersOf(edges: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  routes(domains: readonly string[]): Promise<ReadonlyMap<string, RouteEvidence>>;
  edges(ids: readonly string[]): Promise<ReadonlyMap<string, EdgeEvidence>>;
  standings(domains: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
  /** What is to be judged of these partners, and what the store's own clock shows, epoch milliseconds. */
  news(domains: readonly string[]): Promise<{ readonly nowMs: number; readonly found: readonly News[] }>;
  /**
   * Commits a standing, its change and its counters together, if the stored standing is still the one of
   * `previousSlotMs` (null: none). False: another worker was first, nothing was changed. What was `followed` is
   * committed with them, unless the stored baseline is another by now: then an operator accepted meanwhile.
   */
  advance(
    standing: Standing,
    previousSlotMs: number | null,
    change: StandingChange | null,
    ticks: readonly Tick[],
    followed?: Followed | null,
  ): Promise<boolean>;
  /** What is expected of these partners; those of whom nothing was learned are absent. */
  baselines(domains: readonly string[]): Promise<ReadonlyMap<string, Baseline>>;
  /**
   * Keeps a baseline that an operator accepted and tells of it, if the stored one is still the one of `previousSlotMs`
   * (null: none). False: it was changed meanwhile, nothing was done.
   */
  acceptBaseline(baseline: Baseline, previousSlotMs: number | null, change: DriftChange): Promise<boolean>;
  /** Keeps a look at the canary or a control. False: something newer was there. */
  recordLook(look: Look): Promise<boolean>;
  /** The newest look at each of these targets; those never looked at are absent. */
  looks(targets: readonly string[]): Promise<ReadonlyMap<string, Look>>;
  /** Keeps what was read of our own certificates, for five minutes. False: something newer was there. */
  recordOwn(report: OwnReport): Promise<boolean>;
  /** The newest report of our own certificates; null: nobody has written one lately. */
  own(): Promise<OwnReport | null>;
  /**
   * Keeps what partners are examined with, and tells these changes of it, if the stored one is still the one of
   * `previousSlotMs` (null: none). False: another process was first, nothing was done.
   */
  recordSetup(setup: Setup, previousSlotMs: number | null, changes: readonly OursChange[]): Promise<boolean>;
  /** What partners were examined with when it was told last; null: it never was. */
  setup(): Promise<Setup | null>;
  /** Keeps the causes that partners share, for an hour. False: another exporter was first, or something newer was there. */
  recordCauses(book: CauseBook): Promise<boolean>;
  /** The newest book of causes; null: there is none. */
  causes(): Promise<CauseBook | null>;
  tallies(domains: readonly string[]): Promise<ReadonlyMap<string, Tally>>;
  /** The latest changes, newest first. */
  events(limit: number): Promise<readonly Change[]>;
  /**
   * Asks for the turn at a place. One holder has it at a time; who is told `later` keeps its place in the row and asks
   * again after that time. `too_late` leaves the row.
   */
  takeTurn(wish: TurnWish): Promise<Turn>;
  /**
   * Ends a turn; one that is somebody else's by now stays. What was done in it began so long ago, milliseconds: the gap
   * to the next is reckoned from there. Absent: when the turn was taken.
   */
  endTurn(place: string, holder: string, agoMs?: number): Promise<void>;
  /** Takes an order, over all who take orders. Asked twice it is taken once. */
  takeOrder(wish: OrderWish): Promise<Order>;
  /** Forgets an order that came to nothing. */
  returnOrder(domain: string): Promise<void>;
  /**
   * The same memory as one of several vantages sees it: claims, routes, edges with the partners behind them and what was sent to
   * them, standings and looks are its own; counters, baselines, events, turns, orders and our certificates belong to all. Closing one closes both.
   */
  at(vantage: string): Store;
  /** Leaves a partner or an edge out until then, epoch milliseconds. */
  quarantine(id: string, untilMs: number): Promise<void>;
  /** What is left out at this instant, and until when; the latest 1,000. */
  quarantined(nowMs: number): Promise<ReadonlyMap<string, number>>;
  ping(): Promise<void>;
  /** What the store's own clock shows, epoch milliseconds. */
  time(): Promise<number>;
  close(): Promise<void>;
}

/** The store could not be reached or refused to serve; says what and where, never a secret. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = 'store_unavailable';
}
