import { isBroken, type JudgedState } from './state.ts';

/** How many past outcomes are remembered, and how many changes among them are called flapping. */
export const rememberedOutcomes = 8;
export const flappingChanges = 4;

/** How many examinations must agree before the published state changes. */
export interface Hysteresis {
  readonly down: number;
  readonly up: number;
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

/**
 * The state that follows from the newest outcomes, oldest first. An outcome that proved nothing neither confirms nor
 * contradicts a failure, but without any proof that it works a partner does not stay healthy. Pure.
 */
export function settle(before: JudgedState, recent: readonly Outcome[], { down, up }: Hysteresis): Settled | null {
  const unproven = (outcome: Outcome): boolean => !isProven(outcome);
  const proven = recent.filter(isProven);
  const newest = recent.at(-1);
  if (newest === undefined) return null;

  if (last(recent, down, unproven))
    return { state: 'unknown', flapping: false, sinceMs: since(recent, unproven, () => false) };
  const steady = last(proven, down, broken) || last(proven, down, works);
  const workedLately = recent.slice(-down).some(works);
  if (!steady && workedLately && changesIn(recent) >= flappingChanges) {
    return { state: 'degraded', flapping: true, sinceMs: proven[0]?.atMs ?? newest.atMs };
  }
  if (last(proven, down, broken)) {
    const state = kind(before, proven, isBroken(before), down);
    return { state, flapping: false, sinceMs: since(recent, broken, unproven) };
  }
  const wasGood = before === 'healthy' || before === 'degraded';
  const enough = before === 'unknown' && newest.state === 'healthy' ? 1 : up;
  if (works(newest) && last(proven, enough, works)) {
    const state = kind(before, proven, wasGood, before === 'healthy' ? down : up);
    return { state, flapping: false, sinceMs: since(recent, works, unproven) };
  }
  if (wasGood && last(recent, down, (outcome) => !works(outcome))) {
    return {
      state: 'unknown',
      flapping: false,
      sinceMs: since(
        recent,
        (outcome) => !works(outcome),
        () => false,
      ),
    };
  }
  return null;
}
