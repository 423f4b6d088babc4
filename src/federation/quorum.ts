import { staleAtMs } from './cadence.ts';
import type { Finding } from './finding.ts';
import type { Hysteresis } from './history.ts';
import { isCounted, mustWait } from './hold-down.ts';
import type { Partner } from './partner.ts';
import { disagreement } from './quorum-findings.ts';
import type { Standing, StandingChange } from './standing.ts';
import { isBroken, type JudgedState } from './state.ts';
import { countVotes, type Ballot, type Vantages, type Vote } from './vantage.ts';

/** What a merge goes by. */
export interface Counted {
  readonly partner: Partner;
  readonly vantages: Vantages;
  /** What each vantage holds of the partner. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** The vantages whose canary fails. */
  readonly blind?: ReadonlySet<string>;
  readonly hysteresis: Hysteresis;
}

/** A standing that counts, with its vote. */
interface Voter {
  readonly vote: Vote;
  readonly standing: Standing;
}

/** What follows from the votes: the state, since when, why, and whose evidence shows it. */
interface Decision {
  readonly state: JudgedState;
  readonly sinceMs: number;
  readonly cause: Finding | null;
  readonly consequences: readonly Finding[];
  readonly witness: Voter;
}

function voteOf(vantage: string, standing: Standing | null, { partner, blind }: Counted, nowMs: number): Vote {
  if (standing === null) {
    const says = blind?.has(vantage) === true ? 'blind' : 'silent';
    return { vantage, says, state: null, slotMs: null, examinedMs: null, code: null, summary: null };
  }
  const { state, slotMs, examinedMs, cause } = standing;
  const about = { state, slotMs, examinedMs, code: cause?.code ?? null, summary: cause?.summary ?? null };
  if (blind?.has(vantage) === true) return { vantage, says: 'blind', ...about };
  if (nowMs > staleAtMs(partner, standing, nowMs)) return { vantage, says: 'silent', ...about };
  if (state === 'unknown') return { vantage, says: 'unproven', ...about };
  return { vantage, says: isBroken(state) ? 'broken' : 'works', ...about };
}

const saying = (voters: readonly Voter[], says: Vote['says']): readonly Voter[] =>
  voters.filter(({ vote }) => vote.says === says);

const sinceOf = ({ standing }: Voter): number => standing.sinceMs;

/** Where each sort of broken has as many votes, the one that takes more to see: somebody who answers is not unreachable. */
const tellsMost: readonly JudgedState[] = ['misconfigured', 'refused', 'unreachable'];

/** The state and code that most voters see; of equals the one that tells most, then the first. */
function mostCommon(voters: readonly Voter[]): Voter | undefined {
  const count = (is: (each: Voter) => boolean): number => voters.filter(is).length;
  const weight = ({ standing: { state, cause } }: Voter): readonly number[] => [
    count(({ standing }) => standing.state === state),
    -tellsMost.indexOf(state),
    count(({ standing }) => standing.state === state && standing.cause?.code === cause?.code),
  ];
  const heavier = (a: readonly number[], b: readonly number[]): number =>
    b.map((each, at) => each - (a[at] ?? 0)).find((each) => each !== 0) ?? 0;
  return voters.toSorted((a, b) => heavier(weight(a), weight(b)))[0];
}

function decideBroken(voters: readonly Voter[], needed: number): Decision | null {
  const broken = saying(voters, 'broken');
  const witness = mostCommon(broken);
  if (witness === undefined) return null;
  const { state, cause, consequences } = witness.standing;
  // Broken since so many of them saw it as must agree.
  const sinceMs = broken.map(sinceOf).toSorted((a, b) => a - b)[needed - 1] ?? witness.standing.sinceMs;
  return { state, sinceMs, cause, consequences, witness };
}

/** Broken needs a quorum; what any one place sees short of that degrades. */
function decideWorking(voters: readonly Voter[]): Decision | null {
  const works = saying(voters, 'works');
  const broken = saying(voters, 'broken');
  const degraded = works.filter(({ standing }) => standing.state === 'degraded');
  const witness = degraded[0] ?? works[0];
  if (witness === undefined) return null;
  const { cause, consequences } = witness.standing;
  if (broken.length > 0) {
    const causes = broken.map(({ standing }) => standing.cause).filter((each) => each !== null);
    const why = disagreement(
      voters.map(({ vote }) => vote),
      causes,
    );
    const others = cause === null ? consequences : [cause, ...consequences];
    return { state: 'degraded', sinceMs: Math.min(...broken.map(sinceOf)), cause: why, consequences: others, witness };
  }
  const sinceMs = degraded.length > 0 ? Math.min(...degraded.map(sinceOf)) : Math.max(...works.map(sinceOf));
  return { state: degraded.length > 0 ? 'degraded' : 'healthy', sinceMs, cause, consequences, witness };
}

function decideUnknown(voters: readonly Voter[]): Decision | null {
  const [witness] = voters;
  if (witness === undefined) return null;
  const { cause, consequences } = witness.standing;
  return { state: 'unknown', sinceMs: Math.min(...voters.map(sinceOf)), cause, consequences, witness };
}

/**
 * Whether the votes are still moving: somebody changed its mind and another has not looked since, or what it found last
 * is the opposite of what it stands by. An outage is told once, not first as a quarrel and then as an outage.
 */
function isOpen(voters: readonly Voter[]): boolean {
  const changedMs = Math.max(...voters.map(({ standing }) => standing.changedMs ?? -Infinity));
  return voters.some(({ vote, standing }) => {
    const newest = standing.recent.at(-1)?.state ?? standing.state;
    const opposed = newest !== 'unknown' && isBroken(newest) !== (vote.says === 'broken');
    return opposed || standing.examinedMs < changedMs;
  });
}

/** What was published stands for now; its evidence is that of whoever showed it, while it still votes. */
function kept(previous: Standing, voters: readonly Voter[]): Decision | null {
  const { state, sinceMs, cause, consequences, ballot } = previous;
  const witness = voters.find(({ vote }) => vote.vantage === ballot?.shownFrom) ?? voters[0];
  return witness === undefined ? null : { state, sinceMs, cause, consequences, witness };
}

function decide(
  previous: Standing | null,
  voters: readonly Voter[],
  ballot: Omit<Ballot, 'shownFrom'>,
): Decision | null {
  const { of, works, broken, needed } = countVotes(ballot);
  if (of === 0) return decideUnknown(saying(voters, 'unproven'));
  const voting = voters.filter(({ vote }) => vote.says === 'works' || vote.says === 'broken');
  if (broken >= needed) return decideBroken(voting, needed);
  if (works < of && previous !== null && isOpen(voting)) return kept(previous, voting);
  return decideWorking(voting);
}

/** A change that must wait is not told; who works nowhere any more is not called working meanwhile. */
function held(previous: Standing | null, next: Decision, works: boolean, nowMs: number, holdDownMs: number): Decision {
  const from = previous?.state ?? 'unknown';
  if (previous === null || !mustWait({ from, to: next.state }, previous.changedMs ?? null, nowMs, holdDownMs))
    return next;
  if (!works && !isBroken(from)) {
    return {
      ...next,
      state: 'unknown',
      sinceMs: from === 'unknown' ? previous.sinceMs : next.sinceMs,
      cause: null,
      consequences: [],
    };
  }
  const { state, sinceMs, cause, consequences } = previous;
  return { ...next, state, sinceMs, cause, consequences };
}

const sameVotes = (a: readonly Vote[], b: readonly Vote[]): boolean =>
  a.length === b.length &&
  a.every((each, at) => {
    const other = b[at];
    return other?.vantage === each.vantage && other.says === each.says && other.slotMs === each.slotMs;
  });

function latest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/**
 * The published standing from those of all vantages, and its change if there is one. Null: nothing is new since the
 * published one was made, or nobody has looked yet. With one vote it is that vantage's own standing. Its slot is newer
 * than that of the one before, also where the votes are of one slot: it fences. Pure.
 */
export function merge(
  previous: Standing | null,
  counted: Counted,
  nowMs: number,
): { readonly standing: Standing; readonly change: StandingChange | null } | null {
  const { partner, vantages, standings, hysteresis } = counted;
  const { quorum, names } = vantages;
  const voters: Voter[] = [];
  const votes = names.map((name) => {
    const standing = standings.get(name) ?? null;
    const vote = voteOf(name, standing, counted, nowMs);
    if (standing !== null) voters.push({ vote, standing });
    return vote;
  });
  const before = previous?.ballot;
  if (before?.quorum === quorum && sameVotes(before.votes, votes)) return null;
  const found = decide(previous, voters, { quorum, votes });
  if (found === null) return null;

  const works = votes.some(({ says }) => says === 'works');
  const { state, cause, consequences, witness, ...decided } = held(
    previous,
    found,
    works,
    nowMs,
    hysteresis.holdDownMs ?? 0,
  );
  const from = previous?.state ?? 'unknown';
  const sinceMs =
    previous === null
      ? decided.sinceMs
      : Math.max(previous.sinceMs, state === from ? previous.sinceMs : decided.sinceMs);
  const examinedMs = Math.max(...voters.map(({ standing }) => standing.examinedMs));
  const slotMs = Math.max((previous?.slotMs ?? -1) + 1, ...voters.map(({ standing }) => standing.slotMs));
  const changedMs = isCounted({ from, to: state }) ? examinedMs : (previous?.changedMs ?? null);
  const standing: Standing = {
    ...witness.standing,
    domain: partner.domain,
    slotMs,
    examinedMs,
    state,
    sinceMs,
    ...(changedMs === null ? {} : { changedMs }),
    lastGoodMs: latest(
      voters.filter(({ vote }) => !(isBroken(state) && vote.says === 'works')).map((each) => each.standing.lastGoodMs),
    ),
    cause,
    consequences,
    ballot: { quorum, votes, shownFrom: witness.vote.vantage },
  };
  const change = state === from ? null : { domain: partner.domain, atMs: examinedMs, slotMs, from, to: state, cause };
  return { standing, change };
}
