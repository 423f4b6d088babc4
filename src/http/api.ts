import { isDrift, type Change } from '../federation/change.ts';
import type { DriftKind } from '../federation/drift.ts';
import type { Letter } from '../probe/letter.ts';
import { causeReport, type CauseReport, type CheckReport } from '../probe/report.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import { baselineRow, type BaselineRow } from './baseline-row.ts';
import type { Detail } from './detail.ts';
import { causeOf } from './view.ts';

export const apiSchemas = {
  partners: 'fedmon.partners/1',
  partner: 'fedmon.partner/1',
  events: 'fedmon.events/1',
} as const;

/** An instant in JSON: UTC ISO 8601. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** What is published about a partner: one row of `/api/v1/partners`. */
export interface PartnerRow {
  readonly domain: string;
  readonly name: string | null;
  readonly tier: string;
  readonly owner: string | null;
  readonly profile: string;
  readonly state: string;
  /** Why the state is what it is when the evidence does not say so: `never_examined`, `stale`, `maintenance`. */
  readonly reason: string | null;
  readonly since: string | null;
  /** When an examination last found it working. */
  readonly lastGood: string | null;
  readonly until: string | null;
  readonly cause: CauseReport | null;
  readonly examined: string | null;
  readonly intervalMs: number;
}

export function partnerRow(partner: PartnerSnapshot): PartnerRow {
  const { partner: configured, standing, state, reason, sinceMs, untilMs } = partner.published;
  const { domain, name, tier, owner, profile, everyMs } = configured;
  return {
    domain,
    name,
    tier,
    owner,
    profile,
    state,
    reason,
    since: iso(sinceMs),
    lastGood: iso(standing?.lastGoodMs ?? null),
    until: iso(untilMs),
    cause: causeOf(partner),
    examined: iso(standing?.examinedMs ?? null),
    intervalMs: everyMs,
  };
}

interface EventHead {
  readonly domain: string;
  readonly at: string | null;
  readonly slot: string | null;
}

/** Another published state. */
export interface StateEventRow extends EventHead {
  readonly what: 'state';
  readonly from: string;
  readonly to: string;
  readonly cause: CauseReport | null;
}

/** Another way the partner is reached, or an operator who took it as expected. */
export interface DriftEventRow extends EventHead {
  readonly what: 'drift';
  readonly kind: DriftKind;
  /** The host or `host:port`; null for the route. */
  readonly subject: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

export type EventRow = StateEventRow | DriftEventRow;

export function eventRow(change: Change): EventRow {
  const head = { domain: change.domain, at: iso(change.atMs), slot: iso(change.slotMs) };
  if (isDrift(change)) {
    const { what, kind, subject, before, after } = change;
    return { ...head, what, kind, subject, before, after };
  }
  const { from, to, cause } = change;
  return { ...head, what: 'state', from, to, cause: cause === null ? null : causeReport(cause) };
}

/** One partner: what is published, what is being confirmed, the newest examination in full, and its changes. */
export interface PartnerAnswer extends PartnerRow {
  readonly schema: typeof apiSchemas.partner;
  readonly contact: string | null;
  /** What to send to their administrator about the cause; null: there is no cause, or nothing to be sent. */
  readonly letter: Letter | null;
  /** A state seen lately and not published yet, and how often in a row. */
  readonly pending: { readonly state: string; readonly count: number } | null;
  /** The newest examination; its `state` is what that one showed, before hysteresis, maintenance and staleness. */
  readonly examination: CheckReport | null;
  /** What is expected of it, and what stands otherwise; null until something was learned. */
  readonly baseline: BaselineRow | null;
  readonly events: readonly EventRow[];
}

export function partnerAnswer({ partner, newest, letter, changes }: Detail): PartnerAnswer {
  const { standing, partner: configured } = partner.published;
  const pending = standing?.pending ?? null;
  return {
    schema: apiSchemas.partner,
    ...partnerRow(partner),
    contact: configured.contact,
    letter,
    pending: pending === null ? null : { state: pending.state, count: pending.count },
    examination: newest?.report ?? null,
    baseline: partner.baseline === null ? null : baselineRow(partner.baseline),
    events: changes.map(eventRow),
  };
}
