import type { DriftChange } from './drift.ts';
import type { StandingChange } from './standing.ts';

/** What the stream of events tells: another published state, or another way a partner is reached. */
export type Change = StandingChange | DriftChange;

export function isDrift(change: Change): change is DriftChange {
  return change.what === 'drift';
}
