import type { BlindReason } from '../federation/blindness.ts';
import type { Pace } from '../federation/cadence.ts';
import { isDrift, isOurs, type Change } from '../federation/change.ts';
import type { CauseKind } from '../federation/cause/fact.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import type { DriftKind } from '../federation/drift.ts';
import type { OursKind } from '../federation/ours.ts';
import type { Letter } from '../probe/letter.ts';
import { causeReport, type CauseReport, type CheckReport } from '../probe/report.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { baselineRow, type BaselineRow } from './baseline-row.ts';
import type { Detail } from './detail.ts';
import { paceNow } from './pace-words.ts';
import { ballotOf, vantagesRow, type VantagesRow } from './vantage-words.ts';
import { causeOf } from './view.ts';

export const apiSchemas = {
  partners: 'fedmon.partners/1',
  partner: 'fedmon.partner/1',
  causes: 'fedmon.causes/1',
  events: 'fedmon.events/1',
  own: 'fedmon.own-certificates/1',
  ledger: 'fedmon.ledger/1',
  order: 'fedmon.order/1',
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
  /** Why the state is what it is when the evidence does not say so: `never_examined`, `stale`, `stopped`, `blind`, `quarantined`, `maintenance`. */
  readonly reason: string | null;
  readonly since: string | null;
  /** When an examination last found it working. */
  readonly lastGood: string | null;
  readonly until: string | null;
  readonly cause: CauseReport | null;
  readonly examined: string | null;
  /** As configured. */
  readonly intervalMs: number;
  /** How often it is examined now, and why; null while nothing is asked of it. */
  readonly pace: Pace | null;
  /** What each of several vantages says; absent where there is one. */
  readonly vantages?: VantagesRow;
  /** The cron expression and its time zone; null when it is examined at every interval. */
  readonly cron: { readonly expression: string; readonly timezone: string } | null;
}

/** One vantage that does not see. */
export interface BlindRow {
  readonly vantage: string;
  readonly reason: BlindReason;
  readonly since: string | null;
  readonly cause: CauseReport;
}

/** The vantages that do not see; null without a canary: then it is not known. */
export function blindRows({ sight }: Snapshot): readonly BlindRow[] | null {
  if (sight === undefined) return null;
  return sight.blind.map(({ vantage, reason, sinceMs, cause }) => ({
    vantage,
    reason,
    since: iso(sinceMs),
    cause: causeReport(cause),
  }));
}

export function partnerRow(partner: PartnerSnapshot, nowMs: number): PartnerRow {
  const { partner: configured, standing, state, reason, sinceMs, untilMs } = partner.published;
  const { domain, name, tier, owner, profile, everyMs, cron } = configured;
  const ballot = ballotOf(partner.published);
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
    pace: paceNow(partner.published, nowMs),
    ...(ballot === undefined ? {} : { vantages: vantagesRow(ballot) }),
    cron: cron === undefined ? null : { expression: cron.expression, timezone: cron.timezone },
  };
}

interface EventHead {
  readonly at: string | null;
  readonly slot: string | null;
}

/** Another published state. */
export interface StateEventRow extends EventHead {
  readonly domain: string;
  readonly what: 'state';
  readonly from: string;
  readonly to: string;
  readonly cause: CauseReport | null;
}

/** Another way the partner is reached, or an operator who took it as expected. */
export interface DriftEventRow extends EventHead {
  readonly domain: string;
  readonly what: 'drift';
  readonly kind: DriftKind;
  /** The host or `host:port`; null for the route. */
  readonly subject: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** Something of ours: the configuration, a certificate that we show, or the version. */
export interface OursEventRow extends EventHead {
  /** Null: of all partners. */
  readonly domain: string | null;
  readonly what: 'ours';
  readonly kind: OursKind;
  /** The key of the configuration or the name of the identity; null for the version. */
  readonly subject: string | null;
  /** Null: none, or as for all. */
  readonly before: string | null;
  readonly after: string | null;
}

export type EventRow = StateEventRow | DriftEventRow | OursEventRow;

export function eventRow(change: Change): EventRow {
  const head = { at: iso(change.atMs), slot: iso(change.slotMs) };
  if (isOurs(change)) {
    const { what, domain, kind, subject, before, after } = change;
    return { domain, ...head, what, kind, subject, before, after };
  }
  if (isDrift(change)) {
    const { what, domain, kind, subject, before, after } = change;
    return { domain, ...head, what, kind, subject, before, after };
  }
  const { domain, from, to, cause } = change;
  return { domain, ...head, what: 'state', from, to, cause: cause === null ? null : causeReport(cause) };
}

/** One partner: what is published, what is being confirmed, the newest examination in full, and its changes. */
export interface PartnerAnswer extends PartnerRow {
  readonly schema: typeof apiSchemas.partner;
  readonly contact: string | null;
  /** The cause that it shares with others that fail: a row of `/api/v1/causes`. Absent where none is known. */
  readonly sharedCause?: { readonly id: string; readonly kind: CauseKind; readonly partners: number };
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

/** The cause that a partner shares, in a word about it; its members are in `/api/v1/causes`. */
export function sharedRow({ id, kind, members }: ShownCause): NonNullable<PartnerAnswer['sharedCause']> {
  return { id, kind, partners: members.length };
}

export function partnerAnswer({ partner, newest, letter, shared, changes }: Detail, nowMs: number): PartnerAnswer {
  const { standing, partner: configured } = partner.published;
  const pending = standing?.pending ?? null;
  return {
    schema: apiSchemas.partner,
    ...partnerRow(partner, nowMs),
    contact: configured.contact,
    ...(shared === null ? {} : { sharedCause: sharedRow(shared) }),
    letter,
    pending: pending === null ? null : { state: pending.state, count: pending.count },
    examination: newest?.report ?? null,
    baseline: partner.baseline === null ? null : baselineRow(partner.baseline),
    events: changes.map(eventRow),
  };
}
