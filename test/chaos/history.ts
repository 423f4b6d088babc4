import type { Outcome } from '../../src/federation/history.ts';
import type { JudgedState } from '../../src/federation/state.ts';

/** A scheduler was granted this slot. */
export interface Claimed {
  readonly is: 'claimed';
  readonly partner: string;
  readonly slotMs: number;
  readonly atMs: number;
}

/** The result of a slot was kept. */
export interface Committed {
  readonly is: 'committed';
  readonly partner: string;
  readonly slotMs: number;
  readonly atMs: number;
  /** What is published from now on. */
  readonly state: JudgedState;
  /** What the newest examinations said, this one last. */
  readonly recent: readonly Outcome[];
}

/** A change of the published state was told. */
export interface Told {
  readonly is: 'told';
  readonly partner: string;
  readonly slotMs: number;
  readonly atMs: number;
  readonly from: JudgedState;
  readonly to: JudgedState;
  /** The code of the cause; null: none. */
  readonly code: string | null;
}

/** Redis lost everything, by FLUSHALL: what comes after begins anew. */
export interface Emptied {
  readonly is: 'emptied';
  readonly atMs: number;
}

export type Entry = Claimed | Committed | Told | Emptied;

/** Something that was done to the service. */
export interface Fault {
  readonly what: string;
  readonly fromMs: number;
  /** When what was hit could work again. */
  readonly untilMs: number;
  /** Whether nobody could claim meanwhile; else others did the same work. */
  readonly halts: boolean;
}

/** A stretch in which a partner truly did not work; that is, what its servers did, not what we say of it. */
export interface Outage {
  readonly partner: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What has to be told of it, if it lasts long enough; null: it is too short, or too confused, for a promise. */
  readonly expects: { readonly state: JudgedState; readonly code: string } | null;
}

export interface WatchedPartner {
  readonly partner: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Slots are this many milliseconds after the whole intervals of the epoch. */
  readonly offsetMs: number;
}

/** How fast the service has to be for the history to be clean, milliseconds. */
export interface Limits {
  /** From the claim of a slot to its result where nothing is wrong. A fault in this time hits the slot in flight. */
  readonly settleMs: number;
  /** From the end of a fault that halts until work goes on. */
  readonly recoverMs: number;
}

/** What was written, in the order Redis took it, and what is true beside it. Instants are those of one clock, epoch ms. */
export interface History {
  readonly partners: readonly WatchedPartner[];
  /** Slots due in this stretch are answered for. Its end must leave the last one time to be done. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly hysteresis: { readonly down: number; readonly up: number };
  readonly limits: Limits;
  readonly faults: readonly Fault[];
  readonly outages: readonly Outage[];
  readonly entries: readonly Entry[];
}

/** The parts of a history between which Redis was emptied. */
export function epochsOf(entries: readonly Entry[]): readonly (readonly Exclude<Entry, Emptied>[])[] {
  const epochs: Exclude<Entry, Emptied>[][] = [[]];
  for (const entry of entries) {
    if (entry.is === 'emptied') epochs.push([]);
    else epochs.at(-1)?.push(entry);
  }
  return epochs;
}

/** The entries of one sort by partner, in order. */
export function byPartner<E extends { readonly partner: string }>(
  entries: readonly E[],
): ReadonlyMap<string, readonly E[]> {
  const all = new Map<string, E[]>();
  for (const entry of entries) {
    const own = all.get(entry.partner);
    if (own === undefined) all.set(entry.partner, [entry]);
    else own.push(entry);
  }
  return all;
}

export const isCommitted = (entry: Entry): entry is Committed => entry.is === 'committed';
export const isTold = (entry: Entry): entry is Told => entry.is === 'told';
export const isClaimed = (entry: Entry): entry is Claimed => entry.is === 'claimed';
