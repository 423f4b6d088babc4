import { withFound, type Day } from './day.ts';
import type { Diagnosis, Proofs } from './diagnosis.ts';
import { catalogue, type Finding } from './finding.ts';
import type { Check } from './observation.ts';
import {
  changesIn,
  rememberedOutcomes,
  settle,
  withoutProof,
  type Before,
  type Hysteresis,
  type Outcome,
  type Settled,
} from './history.ts';
import { isCounted, mustWait } from './hold-down.ts';
import { isBroken, type JudgedState } from './state.ts';
import type { Ballot } from './vantage.ts';

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
  /** The first examination of the stretch that led to this state. */
  readonly sinceMs: number;
  /** When the last change was published that the hold-down counts; absent: none yet. */
  readonly changedMs?: number;
  /** When an examination last found it working; null: never. */
  readonly lastGoodMs: number | null;
  /** Why the published state is what it is; null while healthy or not yet proven. */
  readonly cause: Finding | null;
  readonly consequences: readonly Finding[];
  /** What the newest examination alone said, when that is not (yet) the published state, and how often in a row. */
  readonly pending: { readonly state: JudgedState; readonly count: number; readonly cause: Finding | null } | null;
  /** What the latest broken examination found; kept after recovery, because flapping is explained by it. */
  readonly lastBroken: Finding | null;
  /** What the newest examinations said, oldest first, at most 8. */
  readonly recent: readonly Outcome[];
  readonly layers: Proofs;
  readonly edges: EdgeCount;
  readonly checks: CheckStandings;
  /** What single examinations of the last day found; absent: written before that was kept. */
  readonly day?: Day;
  /** What each of several vantages says, in the standing that is published of them all. */
  readonly ballot?: Ballot;
}

/** A change of the published state. */
export interface StandingChange {
  /** The word by which changes of another sort are known. */
  readonly what?: never;
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
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'The partner answers and fails in turn',
    says: (args: { changes: number; of: number; last: string | null }) =>
      `Changed between working and failing ${String(args.changes)} times in the last ${String(args.of)} examinations` +
      (args.last === null ? '.' : `; last failure: ${args.last}`),
    means:
      'Some attempts succeed and some fail. Users see messages that go through only now and then. Often one member of a pool behind a load balancer is broken.',
    action:
      'Repeat fedmon check a few times and note when it fails. Ask the partner to check each machine behind the name, not only the name; if many partners flap, look at our own network.',
    ask: (args: { changes: number; of: number }) =>
      `Connections to your edge succeed and fail in turn: ${String(args.changes)} changes in ${String(args.of)} attempts. Please check each machine behind the published name, not only the name.`,
  },
});

export interface Examined {
  readonly domain: string;
  readonly slotMs: number;
  readonly examinedMs: number;
  readonly diagnosis: Diagnosis;
  readonly checks: CheckStandings;
}

/** What is published from now on, and why. */
interface Published {
  readonly state: JudgedState;
  readonly sinceMs: number;
  readonly cause: Finding | null;
  readonly consequences: readonly Finding[];
}

function isFlapping({ cause }: Pick<Published, 'cause'>): boolean {
  return cause?.code === 'partner_flapping';
}

function flapping(recent: readonly Outcome[], lastBroken: Finding | null): Finding {
  const args = { changes: changesIn(recent), of: recent.length, last: lastBroken?.summary ?? null };
  const finding = standingFindings.make('partner_flapping', args);
  return lastBroken === null ? finding : { ...finding, layer: lastBroken.layer };
}

/** When a state began that is newly published: not before the one that it follows. */
function began(settled: Settled, before: Published): number {
  return settled.state === before.state ? before.sinceMs : Math.max(settled.sinceMs, before.sinceMs);
}

/** The words of the newest examination when it supports the state, else those that stood there before. */
function publishedBy(
  settled: Settled | null,
  before: Published,
  diagnosis: Diagnosis,
  recent: readonly Outcome[],
  lastBroken: Finding | null,
): Published {
  const { consequences } = diagnosis;
  if (settled?.flapping === true) {
    return { state: 'degraded', sinceMs: began(settled, before), cause: flapping(recent, lastBroken), consequences };
  }
  const state = settled?.state ?? before.state;
  const sinceMs = settled === null ? before.sinceMs : began(settled, before);
  if (diagnosis.state === state) return { state, sinceMs, cause: diagnosis.cause, consequences };
  // Another state than the newest examination's: what it found is not the reason of this one.
  if (state === before.state) return before;
  // A failure whose publication had to wait is told by the examination that found it.
  return { state, sinceMs, cause: isBroken(state) ? lastBroken : null, consequences: [] };
}

function pendingOf(state: JudgedState, recent: readonly Outcome[], diagnosis: Diagnosis): Standing['pending'] {
  if (diagnosis.state === state) return null;
  const differs = recent.toReversed().findIndex((each) => each.state !== diagnosis.state);
  return { state: diagnosis.state, count: differs < 0 ? recent.length : differs, cause: diagnosis.cause };
}

/** What follows from the history, or, while a change has to wait, what may be said meanwhile. */
function held(
  before: Before,
  recent: readonly Outcome[],
  changedMs: number | null,
  hysteresis: Hysteresis,
): Settled | null {
  const settled = settle(before, recent, hysteresis);
  const nowMs = recent.at(-1)?.atMs ?? 0;
  const transition = { from: before.state, to: settled?.state ?? before.state };
  if (!mustWait(transition, changedMs, nowMs, hysteresis.holdDownMs ?? 0)) return settled;
  return withoutProof(before, recent, hysteresis);
}

/** Judges one more examination: the next standing, and the change of the published state if there is one. Pure. */
export function advance(
  previous: Standing | null,
  examined: Examined,
  hysteresis: Hysteresis,
): { readonly standing: Standing; readonly change: StandingChange | null } {
  const { domain, slotMs, examinedMs, diagnosis, checks } = examined;
  const before = previous ?? { state: 'unknown' as const, sinceMs: examinedMs, cause: null, consequences: [] };
  const recent = [...(previous?.recent ?? []), { state: diagnosis.state, atMs: examinedMs }].slice(-rememberedOutcomes);
  const lastBroken = isBroken(diagnosis.state) ? diagnosis.cause : (previous?.lastBroken ?? null);
  const worked = diagnosis.state === 'healthy' || diagnosis.state === 'degraded';
  const changedMs = previous?.changedMs ?? null;
  const settled = held({ state: before.state, flapping: isFlapping(before) }, recent, changedMs, hysteresis);
  const published = publishedBy(settled, before, diagnosis, recent, lastBroken);
  const { state, sinceMs, cause, consequences } = published;
  const changeMs = isCounted({ from: before.state, to: state }) ? examinedMs : changedMs;
  const standing: Standing = {
    domain,
    slotMs,
    examinedMs,
    state,
    sinceMs,
    ...(changeMs === null ? {} : { changedMs: changeMs }),
    lastGoodMs: worked ? examinedMs : (previous?.lastGoodMs ?? null),
    cause,
    consequences,
    pending: pendingOf(state, recent, diagnosis),
    lastBroken,
    recent,
    layers: diagnosis.layers,
    edges: countEdges(diagnosis),
    checks,
    day: withFound(previous?.day, examinedMs, diagnosis.state),
  };
  const change =
    state === before.state ? null : { domain, atMs: examinedMs, slotMs, from: before.state, to: state, cause };
  return { standing, change };
}

function countEdges(diagnosis: Diagnosis): EdgeCount {
  const count = (status: string): number => diagnosis.edges.filter((edge) => edge.status === status).length;
  return { up: count('up'), down: count('down'), unproven: count('unproven') };
}
