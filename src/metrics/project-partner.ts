import { effectiveEveryMs } from '../federation/cadence.ts';
import { edgeStatuses } from '../federation/diagnosis.ts';
import { checks, type Check } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { providerAmong } from '../federation/provider.ts';
import { staleAfterIntervals } from '../federation/published.ts';
import type { CheckStanding, Standing } from '../federation/standing.ts';
import { partnerStates } from '../federation/state.ts';
import type { Sample } from '../probe/probe.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import type { Tally } from '../store/store.ts';
import { sample, seconds } from './sample.ts';

/** The standing while it is still knowledge: a stale one proves nothing, in a maintenance window too. */
export function freshStanding({ published }: PartnerSnapshot, nowMs: number): Standing | null {
  const { standing, partner } = published;
  if (standing === null || published.reason === 'stale') return null;
  return nowMs > standing.examinedMs + staleAfterIntervals * effectiveEveryMs(partner, standing, nowMs)
    ? null
    : standing;
}

/** The checks of a profile: their counters start at 0. */
function checksOf(partner: Partner): readonly Check[] {
  return partner.profile === 'direct-routing' ? checks.filter((check) => check !== 'sip') : checks;
}

function info({ published, route }: PartnerSnapshot): Sample {
  const { domain, tier, profile, owner, route: pinned } = published.partner;
  const hosts = [...(route?.edges.map((edge) => edge.host) ?? []), ...(pinned === null ? [] : [pinned.host])];
  const provider = providerAmong(hosts) ?? '';
  return sample('fedmon_partner_info', { partner: domain, tier, profile, provider, owner: owner ?? '' }, 1);
}

function states({ published }: PartnerSnapshot): readonly Sample[] {
  const partner = published.partner.domain;
  return partnerStates.map((state) =>
    sample('fedmon_partner_state', { partner, state }, state === published.state ? 1 : 0),
  );
}

function eachCheck(
  standing: Standing | null,
  make: (check: Check, of: CheckStanding) => Sample | null,
): readonly Sample[] {
  return checks.flatMap((check) => {
    const of = standing?.checks[check];
    const made = of === undefined ? null : make(check, of);
    return made === null ? [] : [made];
  });
}

/** Bottom up; above the first failed layer nothing is said, so that one broken record is not three failures. */
function successes(partner: string, standing: Standing): readonly Sample[] {
  const samples: Sample[] = [];
  for (const check of checks) {
    const proof = standing.layers[check];
    if (proof === 'not_proven') continue;
    samples.push(sample('fedmon_check_success', { partner, check }, proof === 'proven' ? 1 : 0));
    if (proof === 'failed') break;
  }
  return samples;
}

function counters(partner: Partner, tally: Tally): readonly Sample[] {
  const initial = checksOf(partner);
  const runs = checks
    .filter((check) => initial.includes(check) || tally.runs[check] !== undefined)
    .map((check) => sample('fedmon_checks_total', { partner: partner.domain, check }, tally.runs[check] ?? 0));
  const failures = tally.failures
    .filter((each) => /^[a-z][a-z0-9_]{0,63}$/.test(each.code))
    .map(({ check, code, count }) =>
      sample('fedmon_check_failures_total', { partner: partner.domain, check, code }, count),
    );
  return [...runs, ...failures];
}

/** What is only true while the standing is fresh. */
function knowledge({ published, tally }: PartnerSnapshot, standing: Standing): readonly Sample[] {
  const { state, sinceMs, partner: configured } = published;
  const partner = configured.domain;
  const silent = state === 'healthy' || state === 'maintenance' || standing.cause === null;
  return [
    ...(sinceMs === null
      ? []
      : [sample('fedmon_partner_state_since_timestamp_seconds', { partner }, seconds(sinceMs))]),
    ...(silent
      ? []
      : [sample('fedmon_partner_cause_info', { partner, layer: standing.cause.layer, code: standing.cause.code }, 1)]),
    ...edgeStatuses.map((status) => sample('fedmon_partner_edges', { partner, status }, standing.edges[status])),
    ...successes(partner, standing),
    ...counters(configured, tally),
    ...eachCheck(standing, (check, { lastSuccessMs }) =>
      lastSuccessMs === null
        ? null
        : sample('fedmon_check_last_success_timestamp_seconds', { partner, check }, seconds(lastSuccessMs)),
    ),
    ...eachCheck(standing, (check, { tookMs }) =>
      sample('fedmon_check_last_duration_seconds', { partner, check }, seconds(tookMs)),
    ),
  ];
}

/** Every series about one partner. Stale or never examined: who it is, how often, `unknown`, and when it was last looked at. */
export function projectPartner(snapshot: PartnerSnapshot, nowMs: number): readonly Sample[] {
  const { partner: configured, standing } = snapshot.published;
  const partner = configured.domain;
  const fresh = freshStanding(snapshot, nowMs);
  return [
    info(snapshot),
    ...states(snapshot),
    sample('fedmon_partner_interval_seconds', { partner }, seconds(effectiveEveryMs(configured, standing, nowMs))),
    ...eachCheck(standing, (check, { lastRunMs }) =>
      sample('fedmon_check_last_run_timestamp_seconds', { partner, check }, seconds(lastRunMs)),
    ),
    ...(fresh === null ? [] : knowledge(snapshot, fresh)),
  ];
}
