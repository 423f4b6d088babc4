import type { Finding } from '../finding.ts';
import type { PartnerState } from '../state.ts';
import { factKey, factKinds, type Fact } from './fact.ts';
import { rules } from './fit.ts';

/** Fewer than this have nothing in common but chance. */
export const leastPartners = 3;
/** More causes at once than this are not told apart: that is one event, and somebody has to look. */
export const mostCauses = 50;
/** Those that began to fail within this time began together, milliseconds. */
export const togetherMs = 3_600_000;
/** One that works weighs as much as so many causes: better two causes than one that is contradicted. */
const weightOfHealthy = 4;
/** So many are weighed in one breath. */
const breath = 500;

/** A partner that fails, and what is true of the part of it that fails. */
export interface Case {
  readonly domain: string;
  readonly state: PartnerState;
  /** When it began to fail, epoch milliseconds. */
  readonly sinceMs: number;
  readonly finding: Pick<Finding, 'layer' | 'code'>;
  readonly facts: readonly Fact[];
}

/** What was seen to work of a partner, and when; epoch milliseconds. */
export interface Witness {
  readonly domain: string;
  readonly provenMs: number;
  readonly facts: readonly Fact[];
}

/** A fact that explains why partners fail. */
export interface Found {
  readonly fact: Fact;
  /** Those that it explains and no cause found before it does, by their names. */
  readonly members: readonly Case[];
  /** How many have the fact and were seen to work since. */
  readonly healthy: number;
  /** When the first of those began that began together, epoch milliseconds. */
  readonly sinceMs: number;
}

interface Candidate {
  readonly fact: Fact;
  readonly key: string;
  readonly rank: number;
  /** Positions of the cases that have it. */
  readonly cases: number[];
  /** When each that works was seen to. */
  readonly proven: number[];
  /** Cases that nothing explains yet. */
  left: number;
  healthy: number;
  /** Whether it may be blamed at all. */
  sound: boolean;
}

/** The facts of a case that can have to do with how it fails. */
export function fittingFacts({ facts, finding }: Pick<Case, 'facts' | 'finding'>): readonly Fact[] {
  return facts.filter(({ kind }) => rules[kind].fits(finding));
}

interface Gathered {
  readonly all: readonly Candidate[];
  /** The candidates of each case. */
  readonly ofCase: readonly (readonly Candidate[])[];
}

function* gather(cases: readonly Case[], witnesses: readonly Witness[]): Generator<void, Gathered, void> {
  const all = new Map<string, Candidate>();
  const ofCase: Candidate[][] = [];
  for (const [at, each] of cases.entries()) {
    const own = new Set<Candidate>();
    for (const fact of fittingFacts(each)) {
      const key = factKey(fact);
      const known = all.get(key) ?? candidate(fact, key);
      all.set(key, known);
      own.add(known);
    }
    for (const { cases: of } of own) of.push(at);
    ofCase.push([...own]);
    if (at % breath === breath - 1) yield;
  }
  for (const [at, { facts, provenMs }] of witnesses.entries()) {
    for (const key of new Set(facts.map(factKey))) all.get(key)?.proven.push(provenMs);
    if (at % breath === breath - 1) yield;
  }
  return { all: [...all.values()].filter(({ cases: of }) => of.length >= leastPartners), ofCase };
}

function candidate(fact: Fact, key: string): Candidate {
  const rank = factKinds.indexOf(fact.kind);
  return { fact, key, rank, cases: [], proven: [], left: 0, healthy: 0, sound: false };
}

const ascending = (a: number, b: number): number => a - b;

/** The largest number of instants within `togetherMs`, and the first of them; sorted instants. */
function together(instants: readonly number[]): { readonly count: number; readonly fromMs: number } {
  let [best, from] = [0, 0];
  for (let first = 0, last = 0; last < instants.length; last += 1) {
    while ((instants[last] ?? 0) - (instants[first] ?? 0) > togetherMs) first += 1;
    if (last - first + 1 > best) [best, from] = [last - first + 1, first];
  }
  return { count: best, fromMs: instants[from] ?? 0 };
}

/** Whether enough of them fail in one and the same way; that may have begun at any time. */
function failAlike(some: readonly number[], cases: readonly Case[]): boolean {
  const counts = new Map<string, number>();
  for (const at of some) {
    const code = cases[at]?.finding.code ?? '';
    const count = (counts.get(code) ?? 0) + 1;
    if (count >= leastPartners) return true;
    counts.set(code, count);
  }
  return false;
}

/**
 * Weighs a candidate once, over all its cases. Who was last seen to work before the middle one began to fail has not been
 * looked at since, and says nothing.
 */
function weigh(weighed: Candidate, cases: readonly Case[]): void {
  const instants = weighed.cases.map((at) => cases[at]?.sinceMs ?? 0).sort(ascending);
  const middleMs = instants[Math.floor((instants.length - 1) / 2)] ?? 0;
  weighed.left = weighed.cases.length;
  weighed.healthy = weighed.proven.filter((ms) => ms >= middleMs).length;
  weighed.sound =
    together(instants).count >= leastPartners ||
    (!rules[weighed.fact.kind].together && failAlike(weighed.cases, cases));
}

const stands = ({ fact, left, healthy, sound }: Candidate, count = left): boolean =>
  sound && count >= leastPartners && count / (count + healthy) >= rules[fact.kind].leastShare;

/** What each partner costs that this one would explain; the cheapest is taken first. */
const price = ({ left, healthy }: Candidate): number => (1 + weightOfHealthy * healthy) / left;

function isBetter(one: Candidate, other: Candidate): boolean {
  const order = price(one) - price(other) || other.left - one.left || one.rank - other.rank;
  return order === 0 ? one.key < other.key : order < 0;
}

/** Those of a candidate that nothing explains yet. */
function unexplained({ cases }: Candidate, explained: Uint8Array): readonly number[] {
  return cases.filter((at) => explained[at] === 0);
}

/**
 * The narrowest that explains the same partners, but for fewer than would stand alone: what a wider one adds to it is no
 * proof that it is the wider one.
 */
function* narrowest(
  best: Candidate,
  of: readonly number[],
  ofCase: Gathered['ofCase'],
): Generator<void, Candidate, void> {
  const counts = new Map<Candidate, number>();
  for (const [index, at] of of.entries()) {
    for (const other of ofCase[at] ?? []) if (other.rank < best.rank) counts.set(other, (counts.get(other) ?? 0) + 1);
    if (index % breath === breath - 1) yield;
  }
  let chosen = best;
  for (const [other, count] of counts) {
    if (of.length - count >= leastPartners || !stands(other, count)) continue;
    if (chosen === best || other.rank < chosen.rank || (other.rank === chosen.rank && isBetter(other, chosen)))
      chosen = other;
  }
  return chosen;
}

/**
 * The smallest set of facts that explains why partners fail, as far as a greedy cover finds it, at most `mostCauses`. A
 * fact is blamed for at least `leastPartners` that it fits, when nearly all fail that have it; of two that explain the same
 * the narrower. Linear in partners times their facts; yields after every 500, so that others have a turn. The same cases
 * give the same causes, whatever their order.
 */
export function* search(
  given: readonly Case[],
  witnesses: readonly Witness[],
): Generator<void, readonly Found[], void> {
  const cases = given.toSorted((a, b) => (a.domain < b.domain ? -1 : 1));
  yield;
  const { all, ofCase } = yield* gather(cases, witnesses);
  for (const each of all) {
    weigh(each, cases);
    if (each.left > breath) yield;
  }
  yield;
  const explained = new Uint8Array(cases.length);
  const found: Found[] = [];
  while (found.length < mostCauses) {
    let best: Candidate | null = null;
    for (const each of all) if (stands(each) && (best === null || isBetter(each, best))) best = each;
    if (best === null) break;
    const taken = yield* narrowest(best, unexplained(best, explained), ofCase);
    const of = unexplained(taken, explained);
    for (const [index, at] of of.entries()) {
      explained[at] = 1;
      for (const other of ofCase[at] ?? []) other.left -= 1;
      if (index % breath === breath - 1) yield;
    }
    found.push(
      foundBy(
        taken,
        of.flatMap((at) => cases[at] ?? []),
      ),
    );
    yield;
  }
  return found;
}

function foundBy({ fact, healthy }: Candidate, members: readonly Case[]): Found {
  const { fromMs } = together(members.map(({ sinceMs }) => sinceMs).sort(ascending));
  const { kind, value } = fact;
  const names = new Set(
    members.map(({ facts }) => facts.find((each) => each.kind === kind && each.value === value)?.name),
  );
  const [name] = names;
  return {
    fact: { kind, value, ...(names.size === 1 && name !== undefined ? { name } : {}) },
    members,
    healthy,
    sinceMs: fromMs,
  };
}

/** The same in one breath, for those who can wait. */
export function explainCases(cases: readonly Case[], witnesses: readonly Witness[]): readonly Found[] {
  const searching = search(cases, witnesses);
  for (;;) {
    const step = searching.next();
    if (step.done === true) return step.value;
  }
}
