import { effectiveEveryMs } from './cadence.ts';
import { windowOf, type MaintenanceWindow, type Partner } from './partner.ts';
import type { Standing } from './standing.ts';
import type { PartnerState } from './state.ts';

/** A standing older than this many intervals is not shown as knowledge any more. */
export const staleAfterIntervals = 3;

/** What every view shows of a partner: its standing with staleness and maintenance laid over it. */
export interface Published {
  readonly partner: Partner;
  readonly standing: Standing | null;
  readonly state: PartnerState;
  readonly sinceMs: number | null;
  /** Why the state is `unknown` or `maintenance` when the evidence does not say so itself. */
  readonly reason: 'never_examined' | 'stale' | 'maintenance' | null;
  /** The end of the maintenance window, epoch milliseconds. */
  readonly untilMs: number | null;
}

/** Lays time over a standing. Pure: the same arguments give the same view. */
export function publish(
  partner: Partner,
  standing: Standing | null,
  windows: readonly MaintenanceWindow[],
  nowMs: number,
  provider: string | null = null,
): Published {
  const window = windowOf(windows, partner.domain, nowMs, provider);
  if (window !== null) {
    return {
      partner,
      standing,
      state: 'maintenance',
      sinceMs: window.fromMs,
      reason: 'maintenance',
      untilMs: window.untilMs,
    };
  }
  if (standing === null) {
    return { partner, standing, state: 'unknown', sinceMs: null, reason: 'never_examined', untilMs: null };
  }
  const staleAtMs = standing.examinedMs + staleAfterIntervals * effectiveEveryMs(partner, standing, nowMs);
  if (nowMs > staleAtMs) {
    return { partner, standing, state: 'unknown', sinceMs: staleAtMs, reason: 'stale', untilMs: null };
  }
  return { partner, standing, state: standing.state, sinceMs: standing.sinceMs, reason: null, untilMs: null };
}
