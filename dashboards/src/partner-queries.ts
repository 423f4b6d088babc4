import { atEdges, lastRunOf, lifetimeLeft, ofPartner, ranked, recorded } from './selectors.ts';

const edgeInfo = `fedmon_partner_edge_info{${ofPartner}}`;
const edgeChecks = ['tcp', 'tls', 'admission', 'sip'] as const;

/** -1 for each check of the profile; what was proven or disproven stands before it. */
const layers = [
  `max by (check) (fedmon_check_success{${ofPartner}}`,
  `or on (job, partner, check) (increase(fedmon_checks_total{${ofPartner}}[$__rate_interval]) * 0 - 1))`,
].join(' ');

/** The same at each edge of the route; a cell that is not there would look like an edge that is not there. */
const matrix = [
  `max by (edge, check) (${atEdges('fedmon_edge_check_success')}`,
  ...edgeChecks.map(
    (check) => `or on (job, edge, check) label_replace(${edgeInfo} * 0 - 1, "check", "${check}", "", "")`,
  ),
  ')',
].join(' ');

/** Of the lookup, and of what is checked at the edges of the route the slowest. */
const took = [
  `max by (check) (fedmon_check_last_duration_seconds{${ofPartner}}`,
  `or ${atEdges('fedmon_edge_check_last_duration_seconds')})`,
].join(' ');

/** Every query of the Partner dashboard: each reads the series of one partner, or of the edges of its route. */
export const partnerQueries = {
  state: `max by (partner) (${ranked(ofPartner)})`,
  who: `count by (partner, tier, profile, provider, owner) (fedmon_partner_info{${ofPartner}})`,
  cause: `count by (partner, layer, code) (fedmon_partner_cause_info{${ofPartner}})`,
  since: `max by (partner) (fedmon_partner_state_since_timestamp_seconds{${ofPartner}}) * 1000`,
  examined: `max by (partner) (${lastRunOf(ofPartner)}) * 1000`,
  worked: `max by (partner) (fedmon_check_last_success_timestamp_seconds{${ofPartner}}) * 1000`,
  day: `max by (partner) (${recorded.partnerAvailable('avg1d', ofPartner)})`,
  month: `max by (partner) (${recorded.partnerAvailable('avg30d', ofPartner)})`,
  layers,
  alerts: `max by (alertname, severity, alertstate) (ALERTS{${ofPartner},alertname=~"Fedmon.+"})`,
  matrix,
  edgePartners: `max by (edge) (${atEdges('fedmon_edge_partners')})`,
  edgeAddressesUp: `max by (edge) (${atEdges('fedmon_edge_addresses', ',status="up"')})`,
  edgeAddresses: `sum by (edge) (${atEdges('fedmon_edge_addresses')})`,
  edgeSip: `max by (edge) (${atEdges('fedmon_sip_response_code')})`,
  edgeLifetime: `min by (edge) (${lifetimeLeft})`,
  edgeTls: `count by (edge, version) (${atEdges('fedmon_tls_info')})`,
  routeEdges: `max by (edge) (${edgeInfo})`,
  edgesByStatus: `max by (status) (fedmon_partner_edges{${ofPartner}})`,
  certificates: `max by (edge, serial) (${atEdges('fedmon_tls_certificate_info')})`,
  sipCodes: `max by (edge) (${atEdges('fedmon_sip_response_code')})`,
  took,
  failuresByCode: `sum by (check, code) (increase(fedmon_check_failures_total{${ofPartner}}[$__range])) > 0`,
  failureRate: `sum by (code) (rate(fedmon_check_failures_total{${ofPartner}}[$__rate_interval])) * 3600`,
  probeRate: `sum by (check) (rate(fedmon_checks_total{${ofPartner}}[$__rate_interval])) * 3600`,
  interval: `max by (partner) (fedmon_partner_interval_seconds{${ofPartner}})`,
  age: `time() - max by (partner) (${lastRunOf(ofPartner)})`,
} as const;
