import type { Change } from '../federation/change.ts';
import type { Partner } from '../federation/partner.ts';
import type { Confidence, Finding, Side } from '../federation/finding.ts';
import { isBroken, stateRank } from '../federation/state.ts';
import { letterAbout, type Letter, type Writer } from '../probe/letter.ts';
import { explain } from '../probe/registry.ts';
import { causeReport, type CauseReport, type CheckReport } from '../probe/report.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import type { Ledger } from './ledger-rows.ts';
import { span, utc } from './words.ts';

/** Where the workers probe from and in whose name, as configured. */
export interface Viewpoint {
  readonly vantage: string;
  readonly writer: Writer;
}

/** The one reading of the store that all pages and the API are made of. */
export interface Views extends Viewpoint {
  /** A reading at most a second old of everything that lists need; with a domain all there is of that partner, and nobody else. */
  snapshot(domain?: string): Promise<Snapshot>;
  /** The latest events, newest first; null: the store cannot be read. */
  events(limit: number): Promise<readonly Change[] | null>;
  /** What was sent lately to a partner's edges; null: the store cannot be read. */
  ledger(domain: string): Promise<Ledger | null>;
  /** The configuration in force as YAML, without secrets. */
  config(): string;
  /** Where Grafana is, as configured. */
  readonly grafana?: string | null;
}

/** Why a partner is in its state, in words: from the published standing, or from the time that lies over it. */
export interface Explanation {
  readonly code: string | null;
  readonly says: string;
  readonly side: Side | null;
  readonly confidence: Confidence | null;
  readonly action: string | null;
}

/** The finding that is the published cause: none while healthy, stale, never examined or in maintenance. */
export function causingFinding({ published }: PartnerSnapshot): Finding | null {
  const { reason, standing, state, blindness } = published;
  if (blindness !== undefined) return blindness.cause;
  return reason !== null || state === 'healthy' ? null : (standing?.cause ?? null);
}

/** The published cause in words. */
export function causeOf(partner: PartnerSnapshot): CauseReport | null {
  const finding = causingFinding(partner);
  return finding === null ? null : causeReport(finding);
}

/** The text for the partner's administrator about the published cause; null: there is no cause, or nothing to be sent. */
export function letterOf(partner: PartnerSnapshot, newest: CheckReport | null, writer: Writer): Letter | null {
  const finding = causingFinding(partner);
  if (finding === null) return null;
  const { partner: configured, sinceMs } = partner.published;
  const isIn = ({ findings }: CheckReport): boolean =>
    findings.some(({ code, endpoint }) => code === finding.code && endpoint === finding.endpoint);
  // No single examination shows flapping; the newest one names what is to be looked at.
  const shown = newest !== null && (finding.code === 'partner_flapping' || isIn(newest)) ? newest : null;
  const since = sinceMs === null ? null : new Date(sinceMs).toISOString();
  return letterAbout({ domain: configured.domain, finding, shown, since, writer }, explain(finding.code));
}

export function explanationOf(partner: PartnerSnapshot, nowMs: number): Explanation {
  const { reason, standing, untilMs, state } = partner.published;
  const none = { code: null, side: null, confidence: null, action: null };
  if (reason === 'maintenance') {
    return {
      ...none,
      says: `Planned work until ${untilMs === null ? 'further notice' : utc(untilMs)}; alerts are off.`,
    };
  }
  const cause = causeOf(partner);
  if (cause !== null) {
    const { code, summary, side, confidence, action } = cause;
    return { code, says: summary, side, confidence, action };
  }
  if (reason === 'quarantined') {
    return {
      code: null,
      says: `Left out until ${untilMs === null ? 'further notice' : utc(untilMs)}: every worker that examined it died.`,
      side: 'ours',
      confidence: 'certain',
      action: 'A bug of fedmon, not of the partner: report it with the log of the workers that ended.',
    };
  }
  if (reason === 'stopped') {
    return {
      code: null,
      says: 'Stopped by us: politeness.stop or stopAll of the configuration names it, so nothing is sent.',
      side: 'ours',
      confidence: 'certain',
      action: 'Take it out of politeness.stop when they may be asked again.',
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
      confidence: 'certain',
      action: 'Look at fedmon first: are the scheduler and the workers running?',
    };
  }
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

/**
 * Whether somebody should look at this partner now; also when it is unknown for a reason that can be named. While we do
 * not see, nobody should look at partners.
 */
export function inTrouble(partner: PartnerSnapshot): boolean {
  const { state, reason } = partner.published;
  if (reason === 'blind' || reason === 'stopped') return false;
  return (
    isBroken(state) ||
    state === 'degraded' ||
    reason === 'stale' ||
    reason === 'quarantined' ||
    causingFinding(partner) !== null
  );
}

/** Worst state first, critical partners before others, then what changed last. */
export function byTrouble({ published: a }: PartnerSnapshot, { published: b }: PartnerSnapshot): number {
  const critical = ({ tier }: Partner): number => (tier === 'critical' ? 0 : 1);
  const order =
    stateRank[b.state] - stateRank[a.state] ||
    critical(a.partner) - critical(b.partner) ||
    (b.sinceMs ?? 0) - (a.sinceMs ?? 0);
  return order === 0 ? (a.partner.domain < b.partner.domain ? -1 : 1) : order;
}
