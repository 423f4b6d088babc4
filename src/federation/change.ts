import type { DriftChange } from './drift.ts';
import { defaultIdentity } from './edge.ts';
import type { OursChange } from './ours.ts';
import type { Partner } from './partner.ts';
import type { StandingChange } from './standing.ts';

/** What the stream of events tells: another published state, another way a partner is reached, or something of ours. */
export type Change = StandingChange | DriftChange | OursChange;

export function isDrift(change: Change): change is DriftChange {
  return change.what === 'drift';
}

export function isOurs(change: Change): change is OursChange {
  return change.what === 'ours';
}

/** Whether a change is part of the story of this partner; of our certificates the one that it is shown (`identity`). */
export function concerns(
  change: Change,
  { domain, identity = defaultIdentity }: Pick<Partner, 'domain' | 'identity'>,
): boolean {
  if (!isOurs(change) || change.domain !== null) return change.domain === domain;
  return change.kind !== 'certificate_changed' || change.subject === identity;
}
