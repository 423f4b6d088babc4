import { isBroken, type JudgedState } from './state.ts';

/** How many past outcomes are remembered, and how many changes among them are called flapping. */
export const rememberedOutcomes = 8;
export const flappingChanges = 4;
/** How many successes in a row end it: fewer come by chance between two failures. */
export const calmOutcomes = 5;

/** How many examinations must agree before the published state changes. */
export interface Hysteresis {
  readonly down: number;
  readonly up: number;
  /** At most one counted change of the published state in this time, milliseconds; absent: none waits. */
  readonly holdDownMs?: number;
}

export const defaultHysteresis: Hysteresis = { down: 3, up: 2 };

/** What one examination alone said, and when. Epoch milliseconds. */
export interface Outcome {
  readonly state: JudgedState;
  readonly atMs: number;
}

/** What a history amounts to, and since when. `flapping` is shown as a degraded state of its own. */
export interface Settled {
  readonly state: JudgedState;
  readonly flapping: boolean;
  readonly sinceMs: number;
}

const isProven = ({ state }: Outcome): boolean => state !== 'unknown';
const broken = ({ state }: Outcome): boolean => isBroken(state);
const works = (outcome: Outcome): boolean => isProven(outcome) && !broken(outcome);

/** Whether the last `count` of these exist and all are so. */
function last(outcomes: readonly Outcome[], count: number, so: (outcome: Outcome) => boolean): boolean {
  return outcomes.length >= count && outcomes.slice(-count).every(so);
}

/** When the stretch at the end began in which all are so; outcomes that `passOver` are neither part nor end of it. */
function since(
  outcomes: readonly Outcome[],
  so: (outcome: Outcome) => boolean,
  passOver: (outcome: Outcome) => boolean,
): number {
  let atMs = outcomes.at(-1)?.atMs ?? 0;
  for (const outcome of outcomes.toReversed()) {
    if (so(outcome)) ({ atMs } = outcome);
    else if (!passOver(outcome)) break;
  }
  return atMs;
}

export function changesIn(outcomes: readonly Outcome[]): number {
  const proven = outcomes.filter(isProven);
  return proven.filter((each, at) => at > 0 && broken(each) !== broken(proven[at - 1] ?? each)).length;
}

/** Another kind of the same must be confirmed by itself; who was not of that sort before takes the newest kind. */
function kind(before: JudgedState, proven: readonly Outcome[], ofThatSort: boolean, count: number): JudgedState {
  const newest = proven.at(-1)?.state ?? before;
  if (!ofThatSort) return newest;
  return last(proven, count, ({ state }) => state === newest) ? newest : before;
}

/** What was published so far. */
export interface Before {
  readonly state: JudgedState;
  readonly flapping: boolean;
}

/** Whether it works and fails in turn; who was called broken has to recover first, who flaps has to calm down first. */
function flaps(before: Before, recent: readonly Outcome[], { down, up }: Hysteresis): boolean {
  const proven = recent.filter(isProven);
  if (!recent.slice(-down).some(works) || last(proven, down, broken)) return false;
  if (before.flapping) return !last(proven, calmOutcomes, works);
  const recovering = !isBroken(before.state) || last(proven, up, works);
  return recovering && changesIn(recent) >= flappingChanges && !last(proven, down, works);
}

/** Who worked and shows no proof of it any more, although what follows instead is not published: unknown; null: stay. */
export function withoutProof(before: Before, recent: readonly Outcome[], { down }: Hysteresis): Settled | null {
  const idle = (outcome: Outcome): boolean => !works(outcome);
  const wasGood = before.state === 'healthy' || before.state === 'degraded';
  if (!wasGood || !last(recent, down, idle)) return null;
  return { state: 'unknown', flapping: false, sinceMs: since(recent, idle, () => false) };
}

/**
 * The state that follows from the newest outcomes, oldest first. An outcome that proved nothing neither confirms nor
 * contradicts a failure, but without any proof that it works a partner does not stay healthy. Pure.
 */
export function settle(before: Before, recent: readonly Outcome[], hysteresis: Hysteresis): Settled | null {
  const { down, up } = hysteresis;
  const unproven = (outcome: Outcome): boolean => !isProven(outcome);
  const never = (): boolean => false;
  const proven = recent.filter(isProven);
  const newest = recent.at(-1);
  if (newest === undefined) return null;

  if (last(recent, down, unproven)) {
    return { state: 'unknown', flapping: false, sinceMs: since(recent, unproven, never) };
  }
  if (flaps(before, recent, hysteresis)) {
    return { state: 'degraded', flapping: true, sinceMs: proven[0]?.atMs ?? newest.atMs };
  }
  if (last(proven, down, broken)) {
    const state = kind(before.state, proven, isBroken(before.state), down);
    return { state, flapping: false, sinceMs: since(recent, broken, unproven) };
  }
  const wasGood = before.state === 'healthy' || before.state === 'degraded';
  const enough = before.state === 'unknown' && newest.state === 'healthy' ? 1 : up;
  if (works(newest) && last(proven, enough, works)) {
    const state = kind(before.state, proven, wasGood, before.state === 'healthy' ? down : up);
    return { state, flapping: false, sinceMs: since(recent, works, unproven) };
  }
  return withoutProof(before, recent, hysteresis);
}
