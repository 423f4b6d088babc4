import type { Blindness } from './blindness.ts';
import { staleAtMs } from './cadence.ts';
import { windowOf, type MaintenanceWindow, type Partner } from './partner.ts';
import type { Standing } from './standing.ts';
import type { PartnerState } from './state.ts';

/** What every view shows of a partner: its standing with staleness and maintenance laid over it. */
export interface Published {
  readonly partner: Partner;
  readonly standing: Standing | null;
  readonly state: PartnerState;
  readonly sinceMs: number | null;
  /** Why the state is `unknown` or `maintenance` when the evidence does not say so itself. */
  readonly reason: 'never_examined' | 'stale' | 'maintenance' | 'stopped' | 'blind' | 'quarantined' | null;
  /** The end of the maintenance window, or of being left out, epoch milliseconds. */
  readonly untilMs: number | null;
  /** Why we do not see, while the reason is `blind`. */
  readonly blindness?: Blindness;
}

/** What lies over a standing beside time. */
export interface Overlay {
  /** Through whom the partner is reached, where that is known. */
  readonly provider?: string | null;
  /** Why we do not see; null or absent: we do. */
  readonly blindness?: Blindness | null;
  /** The operator stopped it: nothing is sent, so nothing is learned. */
  readonly stopped?: boolean;
  /** Until when it is left out because workers died of it, epoch milliseconds; null or absent: it is not. */
  readonly outUntilMs?: number | null;
}

/** Lays time, and whether we see and ask, over a standing. Pure: the same arguments give the same view. */
export function publish(
  partner: Partner,
  standing: Standing | null,
  windows: readonly MaintenanceWindow[],
  nowMs: number,
  { provider = null, blindness = null, stopped = false, outUntilMs = null }: Overlay = {},
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
  if (stopped) {
    return { partner, standing, state: 'unknown', sinceMs: null, reason: 'stopped', untilMs: null };
  }
  if (blindness !== null) {
    const { sinceMs } = blindness;
    return { partner, standing, state: 'unknown', sinceMs, reason: 'blind', untilMs: null, blindness };
  }
  if (outUntilMs !== null) {
    const sinceMs = standing?.examinedMs ?? null;
    return { partner, standing, state: 'unknown', sinceMs, reason: 'quarantined', untilMs: outUntilMs };
  }
  if (standing === null) {
    return { partner, standing, state: 'unknown', sinceMs: null, reason: 'never_examined', untilMs: null };
  }
  const untilMs = staleAtMs(partner, standing, nowMs);
  if (nowMs > untilMs) {
    return { partner, standing, state: 'unknown', sinceMs: untilMs, reason: 'stale', untilMs: null };
  }
  return { partner, standing, state: standing.state, sinceMs: standing.sinceMs, reason: null, untilMs: null };
}
