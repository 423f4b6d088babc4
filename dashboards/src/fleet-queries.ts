import type { Check } from '../../src/federation/observation.ts';
import type { PartnerState } from '../../src/federation/state.ts';

/** The states as numbers, worst highest: what the timeline colours and the table sorts by. */
export const stateRank: Readonly<Record<PartnerState, number>> = {
  healthy: 0,
  maintenance: 1,
  degraded: 2,
  unknown: 3,
  misconfigured: 4,
  refused: 5,
  unreachable: 6,
};

const ofJob = 'job=~"$job"';
const ofPartners = `${ofJob},partner=~"$partner"`;

/** How many partners the timeline shows at most; more rows than this nobody reads. */
export const timelineRows = 100;

/** Only partners know their tier (`fedmon_partner_info`); everything else about a partner is narrowed by this join. */
function inTier(expr: string): string {
  return `(${expr}) and on (job, partner) fedmon_partner_info{${ofPartners},tier=~"$tier"}`;
}

function state(matcher: string): string {
  return `fedmon_partner_state{${ofPartners},state${matcher}}`;
}

const inTrouble = `${state('!~"healthy|maintenance"')} == 1`;

/** One sample per partner: the rank of its state. */
function ranked(states: readonly PartnerState[]): string {
  return states.map((each) => `(${state(`="${each}"`)} == 1) * ${stateRank[each]}`).join(' or ');
}

const healthyShare = (healthy: string, all: string): string => `(sum(${healthy}) or vector(0)) / sum(${all})`;

const criticalOnly = (expr: string): string =>
  `(${expr}) and on (job, partner) fedmon_partner_info{${ofPartners},tier="critical"}`;

const notInMaintenance = state('!="maintenance"');

/**
 * The partners that were least healthy in the range, the same ones at every step (`@ end()`). Everything in it stands
 * still, so Prometheus computes it once; narrowing to these before anything else is what keeps a large fleet cheap.
 */
const leastHealthy = [
  `bottomk(${timelineRows},`,
  `(avg_over_time(${state('="healthy"')}[$__range] @ end()) < 1`,
  'or on (job, partner)',
  `(1 - avg_over_time(${state('="unknown"')}[$__range] @ end())) < 1)`,
  `and on (job, partner) fedmon_partner_info{${ofPartners},tier=~"$tier"} @ end())`,
].join(' ');

const broken = ranked(['maintenance', 'degraded', 'unknown', 'misconfigured', 'refused', 'unreachable']);
const timeline = [
  `max by (partner) (((${state('="healthy"')} and on (job, partner) ${leastHealthy}) == 1) * ${stateRank.healthy}`,
  `or ((${broken}) and on (job, partner) ${leastHealthy}))`,
].join(' ');

const notAfter = `fedmon_tls_certificate_not_after_timestamp_seconds{${ofJob}}`;
const notBefore = `fedmon_tls_certificate_not_before_timestamp_seconds{${ofJob}}`;
const lastRunOf = (check: Check): string => `fedmon_check_last_run_timestamp_seconds{${ofPartners},check="${check}"}`;
// A route pinned to an address asks no DNS; its first check is tcp.
const lastRun = `(${lastRunOf('dns')} or on (job, partner) ${lastRunOf('tcp')})`;
const interval = `fedmon_partner_interval_seconds{${ofPartners}}`;

function waitQuantile(quantile: number): string {
  return `histogram_quantile(${quantile}, sum by (le) (rate(fedmon_job_wait_seconds_bucket{${ofJob}}[$__rate_interval])))`;
}

/** Every query of the Fleet dashboard. Each is narrowed to the job; those about partners also to tier and partner. */
export const fleetQueries = {
  healthy: healthyShare(inTier(state('="healthy"')), inTier(notInMaintenance)),
  criticalHealthy: healthyShare(criticalOnly(state('="healthy"')), criticalOnly(notInMaintenance)),
  byState: `sum by (state) (${inTier(`fedmon_partner_state{${ofPartners}}`)})`,
  storeUp: `max(fedmon_store_up{${ofJob}})`,
  fresh:
    `(count(${inTier(`time() - ${lastRun} <= on (job, partner) 3 * ${interval}`)}) or vector(0))` +
    ` / count(fedmon_partner_info{${ofPartners},tier=~"$tier"})`,
  trouble: `max by (partner, state) (${inTier(ranked(['degraded', 'unknown', 'misconfigured', 'refused', 'unreachable']))})`,
  troubleTier: `count by (partner, tier) (fedmon_partner_info{${ofPartners},tier=~"$tier"} and on (job, partner) (${inTrouble}))`,
  troubleCause: `count by (partner, layer, code) (${inTier(`fedmon_partner_cause_info{${ofPartners}}`)})`,
  troubleSince: `max by (partner) (${inTier(
    `fedmon_partner_state_since_timestamp_seconds{${ofPartners}} and on (job, partner) (${inTrouble})`,
  )}) * 1000`,
  timeline,
  failingByLayer: `sum by (layer) (${inTier(`fedmon_partner_cause_info{${ofPartners}}`)})`,
  edgesDown: `topk(20, max by (job, edge) (fedmon_edge_partners{${ofJob}}) and on (job, edge) (max by (job, edge) (fedmon_edge_up{${ofJob}}) == 0))`,
  certificates: `bottomk(20, min by (edge) ((${notAfter} - time()) / (${notAfter} - ${notBefore})))`,
  checksPerSecond: `sum by (check) (rate(fedmon_check_duration_seconds_count{${ofJob}}[$__rate_interval]))`,
  waitHalf: waitQuantile(0.5),
  waitMost: waitQuantile(0.95),
} as const;
