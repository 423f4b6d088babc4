import type { Side } from '../federation/finding.ts';
import { isBroken, type PartnerState } from '../federation/state.ts';
import { causeReport, type CauseReport } from '../probe/report.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { span, utc } from './words.ts';

/** The one reading of the store that all pages and the API are made of. */
export interface Views {
  /** The place the workers probe from, as configured. */
  readonly vantage: string;
  /** A reading at most a second old. */
  snapshot(): Promise<Snapshot>;
  /** The configuration in force as YAML, without secrets. */
  config(): string;
}

/** Why a partner is in its state, in words: from the published standing, or from the time that lies over it. */
export interface Explanation {
  readonly code: string | null;
  readonly says: string;
  readonly side: Side | null;
  readonly action: string | null;
}

/** The published cause: none while healthy, stale, never examined or in maintenance. */
export function causeOf({ published }: PartnerSnapshot): CauseReport | null {
  const { reason, standing, state } = published;
  if (reason !== null || standing?.cause == null || state === 'healthy') return null;
  return causeReport(standing.cause);
}

export function explanationOf(partner: PartnerSnapshot, nowMs: number): Explanation {
  const { reason, standing, untilMs, state } = partner.published;
  const none = { code: null, side: null, action: null };
  if (reason === 'maintenance') {
    return {
      ...none,
      says: `Planned work until ${untilMs === null ? 'further notice' : utc(untilMs)}; alerts are off.`,
    };
  }
  if (reason === 'never_examined' || standing === null) {
    return { ...none, says: 'Not examined yet; the first result comes within one interval.' };
  }
  if (reason === 'stale') {
    const says = `No fresh result: last examined ${span(nowMs - standing.examinedMs)} ago. What was true then is not shown as true now.`;
    return {
      code: null,
      says,
      side: 'ours',
      action: 'Look at fedmon first: are the scheduler and the workers running?',
    };
  }
  const cause = causeOf(partner);
  if (cause !== null) return { code: cause.code, says: cause.summary, side: cause.side, action: cause.action };
  if (state === 'healthy') return { ...none, says: 'Every layer is proven on every edge of the route.' };
  return { ...none, says: 'Seen, but not confirmed by enough examinations yet.' };
}

/** A different outcome seen lately that is not published yet: `unreachable seen once`. Null: none, or nothing fresh. */
export function pendingOf({ published }: PartnerSnapshot): string | null {
  const pending = published.standing?.pending ?? null;
  if (pending === null || published.reason !== null) return null;
  // Going back and forth is what flapping means; nothing of it waits to be confirmed.
  if (published.standing?.cause?.code === 'partner_flapping') return `${pending.state} in the newest examination`;
  return `${pending.state} seen ${pending.count === 1 ? 'once' : `${String(pending.count)} times`}, being confirmed`;
}

/** States from worst to best: how a fleet is listed. */
export const worstFirst: readonly PartnerState[] = [
  'unreachable',
  'refused',
  'misconfigured',
  'degraded',
  'unknown',
  'maintenance',
  'healthy',
];

/** Whether somebody should look at this partner now; also when it is unknown for a reason that can be named. */
export function inTrouble(partner: PartnerSnapshot): boolean {
  const { state, reason } = partner.published;
  return isBroken(state) || state === 'degraded' || reason === 'stale' || causeOf(partner) !== null;
}

/** Worst state first, critical partners before others, then what changed last. */
export function byTrouble(a: PartnerSnapshot, b: PartnerSnapshot): number {
  const rank = ({ published }: PartnerSnapshot): number => worstFirst.indexOf(published.state);
  const critical = ({ published }: PartnerSnapshot): number => (published.partner.tier === 'critical' ? 0 : 1);
  const since = ({ published }: PartnerSnapshot): number => published.sinceMs ?? 0;
  const name = ({ published }: PartnerSnapshot): string => published.partner.domain;
  const order = rank(a) - rank(b) || critical(a) - critical(b) || since(b) - since(a);
  return order === 0 ? (name(a) < name(b) ? -1 : 1) : order;
}
