import { absorbed, isLearned, learn, maxDifferences, withKnown, type Baseline, type Difference } from './baseline.ts';
import { couldShow, deviationKey, deviationsIn } from './compare.ts';
import { drifts, event, renewals, textOf, type Drift, type DriftChange } from './drift.ts';
import type { Sight } from './sight.ts';

/** A deviation is told after so many proven examinations in a row that show it, and gone after as many that do not. */
export const confirmations = 3;
/** What comes and goes is told less and less: no more examinations than this are asked for. */
export const mostConfirmations = 96;
/** What went away and stays away for so many examinations is new when it comes again. */
const forgottenAfter = 300;

/** One more proven examination: null when there is nothing left to remember. */
function next(difference: Difference, isShown: boolean, atMs: number): Difference | null {
  const { told, shown, absent, needed } = difference;
  if (isShown) {
    if (told) return absent === 0 ? difference : { ...difference, absent: 0 };
    const sinceMs = shown === 0 ? atMs : difference.sinceMs;
    return { ...difference, sinceMs, shown: shown + 1, absent: 0, told: shown + 1 >= needed };
  }
  if (told && absent + 1 >= confirmations) {
    return { ...difference, told: false, shown: 0, absent: 0, needed: Math.min(2 * needed, mostConfirmations) };
  }
  if (told) return { ...difference, absent: absent + 1 };
  const isOver = needed === confirmations || absent + 1 >= forgottenAfter;
  return isOver ? null : { ...difference, shown: 0, absent: absent + 1 };
}

interface Followed {
  readonly baseline: Baseline | null;
  readonly changes: readonly DriftChange[];
}

function differencesAfter(baseline: Baseline, sight: Sight): readonly Difference[] {
  const shown = new Map(deviationsIn(baseline, sight).map((each) => [deviationKey(each), each]));
  const kept = baseline.differences
    .map((each) => (couldShow(sight, each) ? next(each, shown.has(deviationKey(each)), sight.atMs) : each))
    .filter((each) => each !== null);
  for (const each of kept) shown.delete(deviationKey(each));
  const fresh = [...shown.values()].map((each): Difference => {
    return { ...each, sinceMs: sight.atMs, shown: 1, absent: 0, needed: confirmations, told: false };
  });
  const all = [...kept, ...fresh].slice(0, maxDifferences);
  const { differences } = baseline;
  return all.length === differences.length && all.every((each, at) => each === differences[at]) ? differences : all;
}

/** New addresses of a host are told once and then expected: they are a story, not a fault. */
function withAddresses(baseline: Baseline, differences: readonly Difference[], sight: Sight): Baseline {
  const moved = new Set(differences.filter(({ kind, told }) => kind === 'address' && told).map((each) => each.subject));
  if (moved.size === 0) return { ...baseline, differences };
  const hosts = baseline.hosts.map((each) => {
    const now = moved.has(each.host) ? sight.hosts.find(({ host }) => host === each.host) : undefined;
    return now === undefined ? each : { ...each, known: withKnown(each.known, now.addresses, sight.atMs) };
  });
  return { ...baseline, hosts, differences: differences.filter((each) => !(each.kind === 'address' && each.told)) };
}

/** What went back to what is expected. */
function reverted(cleared: readonly Difference[]): readonly Drift[] {
  if (cleared.length === 0) return [];
  const [before, after] = [textOf(cleared.map((each) => each.after)), textOf(cleared.map((each) => each.before))];
  return [{ kind: 'reverted', subject: null, before, after }];
}

/**
 * Judges one more examination by the baseline: the next baseline (the same object when nothing is new) and what is to be
 * told of it, each change once. What was not proven changes nothing; what comes and goes is told less and less. Pure.
 */
export function follow(before: Baseline | null, sight: Sight): Followed {
  if (before !== null && sight.slotMs <= before.slotMs) return { baseline: before, changes: [] };
  if (!isLearned(before) || before.asked !== sight.asked) return { baseline: learn(before, sight), changes: [] };
  const differences = differencesAfter(before, sight);
  const wasTold = new Set(before.differences.filter(({ told }) => told).map(deviationKey));
  const fresh = differences.filter((each) => each.told && !wasTold.has(deviationKey(each)));
  const cleared = differences.filter((each) => !each.told && wasTold.has(deviationKey(each)));
  const told = [...drifts(before, fresh), ...renewals(before, sight), ...reverted(cleared)];
  const followed = differences === before.differences ? before : withAddresses(before, differences, sight);
  const baseline = absorbed(followed, sight);
  const changes = told.map((each) => event(each, sight));
  return { baseline: baseline === before ? before : { ...baseline, slotMs: sight.slotMs }, changes };
}

/** What stands otherwise than expected, confirmed and not accepted. */
export function standingDrifts(baseline: Baseline | null): readonly (Drift & { readonly sinceMs: number })[] {
  const told = baseline?.differences.filter((each) => each.told) ?? [];
  if (baseline === null || told.length === 0) return [];
  const sinceMs = Math.min(...told.map((each) => each.sinceMs));
  const sinceOf = (drift: Drift): number =>
    drift.subject === null ? sinceMs : (told.find(({ subject }) => subject === drift.subject)?.sinceMs ?? sinceMs);
  return drifts(baseline, told).map((drift) => ({ ...drift, sinceMs: sinceOf(drift) }));
}
