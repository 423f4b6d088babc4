import { partnerStates, stateRank, type PartnerState } from '../../src/federation/state.ts';

export const ofJob = 'job=~"$job"';
export const ofPartners = `${ofJob},partner=~"$partner"`;
/** Series that are sums over the partners of a tier: the partner that is chosen does not narrow them. */
export const ofTier = `${ofJob},tier=~"$tier"`;
/** The one partner of a board that is about one. */
export const ofPartner = `${ofJob},partner="$partner"`;

export function stateOf(matchers: string, matcher: string): string {
  return `fedmon_partner_state{${matchers},state${matcher}}`;
}

/** One sample per partner: the rank of its state, of these states only. */
export function ranked(matchers: string, states: readonly PartnerState[] = partnerStates): string {
  return states.map((each) => `(${stateOf(matchers, `="${each}"`)} == 1) * ${stateRank[each]}`).join(' or ');
}

const record =
  (name: string) =>
  (matchers: string): string =>
    `${name}{${matchers}}`;

/** What the rules record for the dashboards, by matchers; a test holds that there is a rule for each. */
export const recorded = {
  states: record('job_state_tier:fedmon_partner_state:sum'),
  fresh: record('job_tier:fedmon_partner_fresh:sum'),
  causes: record('job_code_layer_provider_side_tier:fedmon_partner_cause_info:count'),
  since: record('job_partner_tier:fedmon_partner_trouble:since'),
  worst: record('job_partner_tier:fedmon_partner_trouble:worst'),
  edgesDown: record('job_edge:fedmon_edge_down:partners'),
  alerts: record('alertname_alertstate_job_severity:fedmon_alerts:count'),
  available: (over: 'avg' | 'avg1d' | 'avg30d', matchers: string): string =>
    record(`job_tier:fedmon_partner_available:${over}`)(matchers),
  partnerAvailable: (over: 'avg1d' | 'avg30d', matchers: string): string =>
    record(`job_partner_tier:fedmon_partner_available:${over}`)(matchers),
  failing: (over: 'avg1h', matchers: string): string => record(`job_tier:fedmon_partner_failing:${over}`)(matchers),
  objective: record('job_tier:fedmon_partner_objective:ratio'),
  left: record('job_edge:fedmon_tls_certificate:left'),
  ends: record('job_edge:fedmon_tls_certificate:ends'),
  ending: (days: 7 | 30 | 90, matchers: string): string =>
    record(`job:fedmon_tls_certificate:ending${days}d`)(matchers),
  issuers: record('job_issuer:fedmon_tls_certificate_info:count'),
  changes: record('job_edge:fedmon_tls_certificate:changes'),
} as const;

/** When a partner was examined last. */
export const lastRunOf = (matchers: string): string => `fedmon_check_last_run_timestamp_seconds{${matchers}}`;

const notAfter = 'fedmon_tls_certificate_not_after_timestamp_seconds';
const notBefore = 'fedmon_tls_certificate_not_before_timestamp_seconds';

/** Those of the edges of the partner's route: the hidden variable keeps Prometheus from reading those of all partners. */
const ofEdges = `${ofJob},edge=~"$edge"`;

/** Narrows what is said of edges to those of the partner's route at that time. */
const inRoute = (expr: string): string => `${expr} and on (job, edge) fedmon_partner_edge_info{${ofPartner}}`;

/** A series of the edges of the partner's route. */
export const atEdges = (metric: string, matchers = ''): string => inRoute(`${metric}{${ofEdges}${matchers}}`);

/** The share of the lifetime of the certificates of these edges that is left; below zero it has expired. */
export const lifetimeLeft = inRoute(
  `((${notAfter}{${ofEdges}} - time()) / (${notAfter}{${ofEdges}} - ${notBefore}{${ofEdges}}))`,
);
