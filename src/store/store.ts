import type { Baseline } from '../federation/baseline.ts';
import type { Change } from '../federation/change.ts';
import type { DriftChange } from '../federation/drift.ts';
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
  readonly changes: readonly DriftChange[];
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
}

/** Whether it is somebody's turn: now, later, or not in time. */
export type Turn =
  { readonly is: 'now' } | { readonly is: 'later'; readonly afterMs: number } | { readonly is: 'too_late' };

/** More claims than this in one call would hold up the store, and too many are lost when an answer is lost. */
export const claimsAtOnce = 500;

/**
 * The shared memory of all roles. Every write is fenced by its slot and may be repeated: an older or equal slot is
 * refused and changes nothing. Methods reject with StoreUnavailable when the store cannot be reached.
 */
export interface Store {
  /**
   * Of these slots, those that nobody had claimed before. A slot is granted once, to one caller; one call is granted as
   * a whole or rejects. RangeError for a slot that is no count of milliseconds.
   */
  claimPartners(wanted: readonly Claim[]): Promise<readonly Claim[]>;
  claimEdges(wanted: readonly Claim[]): Promise<readonly Claim[]>;
  /**
   * Keeps a route and lists the partner under each of its edges for at least `keepMs`. What is known of an edge that
   * its last partner leaves is forgotten. False: something newer was there.
   */
  recordRoute(route: RouteEvidence, keepMs: number): Promise<boolean>;
  /** Keeps evidence for `keepMs`. False: something newer was there. */
  recordEdge(evidence: EdgeEvidence, keepMs: number): Promise<boolean>;
  /** The partners whose newest route leads to this edge. */
  partnersOf(edge: string): Promise<readonly string[]>;
  routes(domains: readonly string[]): Promise<ReadonlyMap<string, RouteEvidence>>;
  edges(ids: readonly string[]): Promise<ReadonlyMap<string, EdgeEvidence>>;
  standings(domains: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
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
  tallies(domains: readonly string[]): Promise<ReadonlyMap<string, Tally>>;
  /** The latest changes, newest first. */
  events(limit: number): Promise<readonly Change[]>;
  /**
   * Asks for the turn at a place. One holder has it at a time; who is told `later` keeps its place in the row and asks
   * again after that time. `too_late` leaves the row.
   */
  takeTurn(wish: TurnWish): Promise<Turn>;
  /** Ends a turn; one that is somebody else's by now stays. */
  endTurn(place: string, holder: string): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store could not be reached or refused to serve; says what and where, never a secret. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = 'store_unavailable';
}
