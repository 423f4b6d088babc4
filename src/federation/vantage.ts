import type { JudgedState } from './state.ts';

/** The places that examine every partner, and how many of them must see it broken. */
export interface Vantages {
  /** At least two, in the order of the configuration. */
  readonly names: readonly string[];
  readonly quorum: number;
}

/** Where one of several workers stands. What it finds by itself is a vote. */
export interface Standpoint {
  readonly vantage: string;
  readonly vantages: Vantages;
}

/** Absent where there is one vantage: then what it finds is what is published. */
export function standpointOf(place: { readonly vantage: string; readonly vantages?: Vantages | undefined }): {
  readonly standpoint?: Standpoint;
} {
  const { vantage, vantages } = place;
  return vantages === undefined ? {} : { standpoint: { vantage, vantages } };
}

/** Whether this vantage tells how a partner is reached otherwise than before: one does, since each place may be led elsewhere. */
export function followsDrift(standpoint: Standpoint | undefined): boolean {
  return standpoint === undefined || standpoint.vantage === standpoint.vantages.names[0];
}

/**
 * What a vantage says of a partner. `works` and `broken` count; `unproven`: it looked and could not tell; `blind`: its own
 * canary fails; `silent`: it gave no fresh result.
 */
export const voteWords = ['works', 'broken', 'unproven', 'blind', 'silent'] as const;
export type VoteWord = (typeof voteWords)[number];

/** One vantage's part in the published standing. Instants in epoch milliseconds. */
export interface Vote {
  readonly vantage: string;
  readonly says: VoteWord;
  /** Its own standing; null: it never examined the partner. */
  readonly state: JudgedState | null;
  readonly slotMs: number | null;
  readonly examinedMs: number | null;
  /** Why it does not call the partner healthy, if it does not. */
  readonly code: string | null;
  readonly summary: string | null;
}

/** How the published standing was made of several. Absent in the standing of a single vantage. */
export interface Ballot {
  readonly quorum: number;
  /** In the order of the configuration. */
  readonly votes: readonly Vote[];
  /** Whose evidence is shown: the first that says what is published. */
  readonly shownFrom: string;
}

/** How many votes count, how many of them are for working and how many for broken, and how many the latter must be. */
export interface Count {
  readonly of: number;
  readonly works: number;
  readonly broken: number;
  readonly needed: number;
}

/** Counts votes. Where fewer places look than must agree, all who look must. */
export function countVotes({ quorum, votes }: Pick<Ballot, 'quorum' | 'votes'>): Count {
  const broken = votes.filter(({ says }) => says === 'broken').length;
  const works = votes.filter(({ says }) => says === 'works').length;
  const of = broken + works;
  return { of, works, broken, needed: Math.max(1, Math.min(quorum, of)) };
}
