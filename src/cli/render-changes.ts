import { isDrift, isOurs, type Change } from '../federation/change.ts';
import type { Drift } from '../federation/drift.ts';
import type { OursChange } from '../federation/ours.ts';
import { driftWords, oursValue, oursWords } from '../http/words.ts';
import { clean } from './paint.ts';
import { instantInWords } from './shown.ts';
import { labelled } from './words.ts';

const shownChanges = 10;
/** An instant and two spaces. */
const instantWidth = 25;

/** What changed about the way a partner is reached: kind, before → after. */
export function driftInWords({ kind, subject, before, after }: Drift): string {
  const of = subject === null ? '' : ` (${subject})`;
  const turn = before === null && after === null ? '' : `: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;
  return `${driftWords[kind]}${of}${turn}`;
}

/** What of ours changed: before → after. */
function oursInWords(change: OursChange): string {
  const { kind, subject, before, after } = change;
  const of = subject === null ? '' : ` (${subject})`;
  return `${oursWords[kind]}${of}: ${oursValue(change, before)} → ${oursValue(change, after)}`;
}

function inWords(change: Change): string {
  if (isOurs(change)) return oursInWords(change);
  if (isDrift(change)) return driftInWords(change);
  return `${change.from} → ${change.to}${change.cause === null ? '' : `: ${change.cause.summary}`}`;
}

/** The latest changes, newest first, wrapped to the screen. */
export function changeLines(changes: readonly Change[], width: number): readonly string[] {
  return clean(changes.slice(0, shownChanges)).flatMap((change) =>
    labelled(instantInWords(new Date(change.atMs).toISOString()), inWords(change), 2, width, instantWidth),
  );
}
