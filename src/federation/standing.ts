import type { Diagnosis, Proofs } from './diagnosis.ts';
import { catalogue, type Finding } from './finding.ts';
import type { Check } from './observation.ts';
import { isBroken, type JudgedState } from './state.ts';

/** How many examinations in a row must agree before the published state changes. */
export interface Hysteresis {
  readonly down: number;
  readonly up: number;
}

export const defaultHysteresis: Hysteresis = { down: 3, up: 2 };

/** How many past outcomes a standing remembers, and how many changes among them are called flapping. */
export const rememberedOutcomes = 8;
export const flappingChanges = 4;

/** The latest run of one check of a partner. Instants in epoch milliseconds, duration in milliseconds. */
export interface CheckStanding {
  readonly lastRunMs: number;
  readonly lastSuccessMs: number | null;
  readonly tookMs: number;
}

export type CheckStandings = Readonly<Partial<Record<Check, CheckStanding>>>;

/** What an examination adds to a partner's counters: a run of a check, with the code of the finding that failed it. */
export interface Tick {
  readonly check: Check;
  readonly code: string | null;
}

/** How many edges of the route are in each status. */
export interface EdgeCount {
  readonly up: number;
  readonly down: number;
  readonly unproven: number;
}

/** What we hold of a partner between examinations. */
export interface Standing {
  readonly domain: string;
  /** The slot of the newest evidence judged, and when it was gathered; epoch milliseconds. */
  readonly slotMs: number;
  readonly examinedMs: number;
  readonly state: JudgedState;
  readonly sinceMs: number;
  /** Why the published state is what it is; null while healthy or not yet proven. */
  readonly cause: Finding | null;
  readonly consequences: readonly Finding[];
  /** A state seen lately and not yet confirmed, and how often in a row. */
  readonly pending: { readonly state: JudgedState; readonly count: number; readonly cause: Finding | null } | null;
  /** What the latest broken examination found; kept after recovery, because flapping is explained by it. */
  readonly lastBroken: Finding | null;
  /** The latest outcomes, oldest first: `+` works, `-` broken, `?` not proven. */
  readonly outcomes: string;
  readonly layers: Proofs;
  readonly edges: EdgeCount;
  readonly checks: CheckStandings;
}

/** A change of the published state. */
export interface StandingChange {
  readonly domain: string;
  readonly atMs: number;
  readonly slotMs: number;
  readonly from: JudgedState;
  readonly to: JudgedState;
  readonly cause: Finding | null;
}

/** Findings that need more than one examination to see. */
export const standingFindings = catalogue({
  partner_flapping: {
    severity: 'warn',
    layer: 'sip',
    side: 'theirs',
    state: 'degraded',
    title: 'The partner answers and fails in turn',
    says: (args: { changes: number; of: number; last: string | null }) =>
      `Changed between working and failing ${String(args.changes)} times in the last ${String(args.of)} examinations` +
      (args.last === null ? '.' : `; last failure: ${args.last}.`),
    means:
      'Some attempts succeed and some fail. Users see messages that go through only now and then. Often one member of a pool behind a load balancer is broken.',
    action:
      'Compare the failing and the working attempts (address, certificate, answer). Ask the partner to check each member of the pool, not only the shared name.',
  },
});

interface Outcome {
  readonly state: JudgedState;
  readonly cause: Finding | null;
}

function outcomeMark(state: JudgedState): string {
  return state === 'unknown' ? '?' : isBroken(state) ? '-' : '+';
}

function flappingIn(outcomes: string, lastBroken: Finding | null): Outcome | null {
  const proven = outcomes.replaceAll('?', '');
  const changes = Array.from(proven).filter((mark, at) => at > 0 && mark !== proven[at - 1]).length;
  if (changes < flappingChanges) return null;
  const args = { changes, of: outcomes.length, last: lastBroken?.summary ?? null };
  const finding = standingFindings.make('partner_flapping', args);
  return { state: 'degraded', cause: lastBroken === null ? finding : { ...finding, layer: lastBroken.layer } };
}

/** How many agreeing examinations a change needs. A first proof of health is taken at once; a first failure never is. */
function needed(from: JudgedState, to: JudgedState, hysteresis: Hysteresis): number {
  if (to === 'healthy' || to === 'degraded') {
    if (from === 'unknown') return to === 'healthy' ? 1 : hysteresis.up;
    return isBroken(from) || to === 'healthy' ? hysteresis.up : hysteresis.down;
  }
  return hysteresis.down;
}

/** Consecutive failures of different kinds confirm each other when the partner was not broken before. */
function sameDirection(from: JudgedState, pending: JudgedState, to: JudgedState): boolean {
  return pending === to || (!isBroken(from) && isBroken(pending) && isBroken(to));
}

/** Where everyone starts: not proven either way. */
function unexamined(
  sinceMs: number,
): Omit<Standing, 'domain' | 'slotMs' | 'examinedMs' | 'layers' | 'edges' | 'checks'> {
  return { state: 'unknown', sinceMs, cause: null, consequences: [], pending: null, outcomes: '', lastBroken: null };
}

export interface Examined {
  readonly domain: string;
  readonly slotMs: number;
  readonly examinedMs: number;
  readonly diagnosis: Diagnosis;
  readonly checks: CheckStandings;
}

/** Judges one more examination: the next standing, and the change of the published state if there is one. Pure. */
export function advance(
  previous: Standing | null,
  examined: Examined,
  hysteresis: Hysteresis,
): { readonly standing: Standing; readonly change: StandingChange | null } {
  const { domain, slotMs, examinedMs, diagnosis, checks } = examined;
  const before = previous ?? unexamined(examinedMs);
  const outcomes = (before.outcomes + outcomeMark(diagnosis.state)).slice(-rememberedOutcomes);
  const lastBroken = isBroken(diagnosis.state) ? diagnosis.cause : before.lastBroken;
  const seen = flappingIn(outcomes, lastBroken) ?? diagnosis;

  const facts = {
    domain,
    slotMs,
    examinedMs,
    outcomes,
    lastBroken,
    layers: diagnosis.layers,
    edges: countEdges(diagnosis),
    checks,
  };
  const settled = { cause: seen.cause, consequences: diagnosis.consequences, pending: null };
  if (seen.state === before.state) {
    return { standing: { ...facts, ...settled, state: before.state, sinceMs: before.sinceMs }, change: null };
  }
  const agrees = before.pending !== null && sameDirection(before.state, before.pending.state, seen.state);
  const count = agrees ? before.pending.count + 1 : 1;
  if (count < needed(before.state, seen.state, hysteresis)) {
    const { state, sinceMs, cause, consequences } = before;
    const pending = { state: seen.state, count, cause: seen.cause };
    return { standing: { ...facts, state, sinceMs, cause, consequences, pending }, change: null };
  }
  return {
    standing: { ...facts, ...settled, state: seen.state, sinceMs: examinedMs },
    change: { domain, atMs: examinedMs, slotMs, from: before.state, to: seen.state, cause: seen.cause },
  };
}

function countEdges(diagnosis: Diagnosis): EdgeCount {
  const count = (status: string): number => diagnosis.edges.filter((edge) => edge.status === status).length;
  return { up: count('up'), down: count('down'), unproven: count('unproven') };
}
