import { effectiveEveryMs, staleAtMs } from '../federation/cadence.ts';
import { edgeStatuses } from '../federation/diagnosis.ts';
import type { Finding } from '../federation/finding.ts';
import { checks, type Check } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import type { Published } from '../federation/published.ts';
import type { CheckStanding, Standing } from '../federation/standing.ts';
import { partnerStates } from '../federation/state.ts';
import type { Sample } from '../probe/probe.ts';
import { sideOf } from '../probe/registry.ts';
import { providerOf, type PartnerSnapshot } from '../store/snapshot.ts';
import type { Tally } from '../store/store.ts';
import { metrics } from './catalogue.ts';
import { edgeLabels } from './edge-label.ts';
import { sample, seconds } from './sample.ts';
import { successes } from './successes.ts';

/** Reasons by which what was seen is no knowledge any more. */
const unproven: readonly Published['reason'][] = ['stale', 'stopped', 'blind', 'quarantined'];

/** The standing while it is still knowledge: a stale one proves nothing, in a maintenance window too. */
export function freshStanding({ published }: PartnerSnapshot, nowMs: number): Standing | null {
  const { standing, partner } = published;
  if (standing === null || unproven.some((each) => each === published.reason)) return null;
  return nowMs > staleAtMs(partner, standing, nowMs) ? null : standing;
}

/** The checks of a profile: their counters start at 0. */
function checksOf(partner: Partner): readonly Check[] {
  return partner.profile === 'direct-routing' ? checks.filter((check) => check !== 'sip') : checks;
}

function info({ published, route }: PartnerSnapshot): Sample {
  const { domain, tier, profile, owner } = published.partner;
  const provider = providerOf(published.partner, route) ?? '';
  return sample('fedmon_partner_info', { partner: domain, tier, profile, provider, owner: owner ?? '' }, 1);
}

function states({ published }: PartnerSnapshot): readonly Sample[] {
  const partner = published.partner.domain;
  return partnerStates.map((state) =>
    sample('fedmon_partner_state', { partner, state }, state === published.state ? 1 : 0),
  );
}

/** When the partner was last examined, by the check that the examination began with. */
function lastRun(partner: string, standing: Standing | null): readonly Sample[] {
  const check = checks.find((each) => standing?.checks[each] !== undefined);
  const of: CheckStanding | undefined = check === undefined ? undefined : standing?.checks[check];
  if (check === undefined || of === undefined) return [];
  return [sample('fedmon_check_last_run_timestamp_seconds', { partner, check }, seconds(of.lastRunMs))];
}

/** When the highest check last succeeded: it needs all others. */
function lastSuccess(partner: Partner, standing: Standing): readonly Sample[] {
  const check = checksOf(partner).at(-1) ?? 'sip';
  const atMs = standing.checks[check]?.lastSuccessMs ?? null;
  if (atMs === null) return [];
  return [sample('fedmon_check_last_success_timestamp_seconds', { partner: partner.domain, check }, seconds(atMs))];
}

/** Of the lookup; how long the other checks took is said of the edges, once for all partners behind them. */
function duration(partner: string, { checks: { dns } }: Standing): readonly Sample[] {
  if (dns === undefined) return [];
  return [sample('fedmon_check_last_duration_seconds', { partner, check: 'dns' }, seconds(dns.tookMs))];
}

/** Whether any is not proven is the exception, and without a series of its own where it is not so. */
function edgeCounts(partner: string, { edges }: Standing): readonly Sample[] {
  return edgeStatuses
    .filter((status) => status !== 'unproven' || edges[status] > 0)
    .map((status) => sample('fedmon_partner_edges', { partner, status }, edges[status]));
}

/** Where the route leads: what is said of each edge is said there, once for all partners behind it. */
function edgesOf({ published, route }: PartnerSnapshot): readonly Sample[] {
  const partner = published.partner.domain;
  return shownEdges(route).map((edge) => sample('fedmon_partner_edge_info', { partner, edge }, 1));
}

function shownEdges(route: PartnerSnapshot['route']): readonly string[] {
  return edgeLabels(route?.edges ?? []).slice(0, metrics.fedmon_partner_edge_info.most);
}

/** Of a long history the codes that came most often, in their order. */
function mostFrequent(failures: Tally['failures']): Tally['failures'] {
  const { most } = metrics.fedmon_check_failures_total;
  if (failures.length <= most) return failures;
  const kept = new Set([...failures].sort((a, b) => b.count - a.count).slice(0, most));
  return failures.filter((each) => kept.has(each));
}

function counters(partner: Partner, tally: Tally): readonly Sample[] {
  const initial = checksOf(partner);
  const runs = checks
    .filter((check) => initial.includes(check) || tally.runs[check] !== undefined)
    .map((check) => sample('fedmon_checks_total', { partner: partner.domain, check }, tally.runs[check] ?? 0));
  const known = tally.failures.filter((each) => /^[a-z][a-z0-9_]{0,63}$/.test(each.code));
  const failures = mostFrequent(known).map(({ check, code, count }) =>
    sample('fedmon_check_failures_total', { partner: partner.domain, check, code }, count),
  );
  return [...runs, ...failures];
}

/** The labels of a cause: words of closed lists. */
function reasonOf(cause: Finding): { readonly layer: string; readonly code: string; readonly side: string } {
  return { layer: cause.layer, code: cause.code, side: sideOf(cause) };
}

/** What is only true while the standing is fresh, and stays while nothing happens. */
function knowledge(snapshot: PartnerSnapshot, standing: Standing): readonly Sample[] {
  const { sinceMs, partner: configured } = snapshot.published;
  const partner = configured.domain;
  const cause = shownCause(snapshot, standing);
  return [
    ...(sinceMs === null
      ? []
      : [sample('fedmon_partner_state_since_timestamp_seconds', { partner }, seconds(sinceMs))]),
    ...(cause === null ? [] : [sample('fedmon_partner_cause_info', { partner, ...reasonOf(cause) }, 1)]),
    ...edgeCounts(partner, standing),
    ...edgesOf(snapshot),
    ...successes(checks, (check) => standing.layers[check]).map(({ check, value }) =>
      sample('fedmon_check_success', { partner, check }, value),
    ),
  ];
}

/** Not while it works, nor while nobody should be woken by it. */
function shownCause({ published: { state } }: PartnerSnapshot, { cause }: Standing): Finding | null {
  return state === 'healthy' || state === 'maintenance' ? null : cause;
}

/** The series about a partner that say the same after most examinations: who it is, how often, its state and why. */
export function projectLasting(snapshot: PartnerSnapshot, nowMs: number): readonly Sample[] {
  const { partner: configured, standing } = snapshot.published;
  const fresh = freshStanding(snapshot, nowMs);
  const everyS = seconds(effectiveEveryMs(configured, standing, nowMs));
  return [
    info(snapshot),
    ...states(snapshot),
    sample('fedmon_partner_interval_seconds', { partner: configured.domain }, everyS),
    ...(fresh === null ? [] : knowledge(snapshot, fresh)),
  ];
}

/** Everything that those are made of, as values that can be compared. */
export function lastingFrom(snapshot: PartnerSnapshot, nowMs: number): readonly unknown[] {
  const { published, route } = snapshot;
  const { partner, standing, state, sinceMs } = published;
  const fresh = freshStanding(snapshot, nowMs);
  const every = [partner, state, providerOf(partner, route), effectiveEveryMs(partner, standing, nowMs)];
  if (fresh === null) return every;
  const cause = shownCause(snapshot, fresh);
  const why = cause === null ? null : Object.values(reasonOf(cause)).join(' ');
  const { up, down, unproven } = fresh.edges;
  return [
    ...every,
    sinceMs,
    why,
    up,
    down,
    unproven,
    ...checks.map((check) => fresh.layers[check]),
    ...shownEdges(route),
  ];
}

/** The series about a partner that move with each examination: when it was, how long it took, and the counters. */
export function projectMoving(snapshot: PartnerSnapshot, nowMs: number): readonly Sample[] {
  const { partner, standing } = snapshot.published;
  const fresh = freshStanding(snapshot, nowMs);
  const last = lastRun(partner.domain, standing);
  if (fresh === null) return last;
  const { domain } = partner;
  return [...last, ...counters(partner, snapshot.tally), ...lastSuccess(partner, fresh), ...duration(domain, fresh)];
}

/** Every series about one partner. Stale or never examined: who it is, how often, `unknown`, and when it was last looked at. */
export function projectPartner(snapshot: PartnerSnapshot, nowMs: number): readonly Sample[] {
  return [...projectLasting(snapshot, nowMs), ...projectMoving(snapshot, nowMs)];
}
