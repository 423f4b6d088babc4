import { ofJob, ofPartners, ofTier, recorded } from './selectors.ts';

/** How many partners of each state the table shows at most, the latest to get there. */
export const rowsOfState = 200;

const states = (matcher = ''): string => recorded.states(`${ofTier}${matcher}`);
const cause = recorded.causes(ofTier);
const healthyShare = (by: string): string =>
  `sum ${by}(${states(',state="healthy"')}) / (sum ${by}(${states(',state!="maintenance"')}) > 0)`;

const trouble = (tier: string): string =>
  `topk by (state) (${rowsOfState}, ${recorded.since(`${ofPartners},tier=~"$tier",${tier}`)})`;

const active = (metric: string): string => `${metric}{${ofJob}} and on (job, cause) fedmon_cause_partners{${ofJob}}`;

// Blind is said by vantage and reason; one vantage that sees is enough.
const blind = `min(max by (job, vantage) (fedmon_blind{${ofJob}}))`;

/**
 * Every query of the Fleet dashboard. They read what the rules record (`src/alert/board-rules.ts`), so that a screen
 * costs the same with 50 partners and with 5,000; only the table and the timeline are of single partners.
 */
export const fleetQueries = {
  healthy: healthyShare(''),
  healthyByTier: healthyShare('by (tier) '),
  byState: `sum by (state) (${states()})`,
  // Without the rules there would be nothing to see below: that is no "yes".
  believable: `max(fedmon_store_up{${ofJob}}) * (1 - (${blind} or vector(0))) and on () count(${recorded.states(ofJob)})`,
  canary: `clamp_min(time() - max by (vantage) (fedmon_canary_last_success_timestamp_seconds{${ofJob}}), 0)`,
  fresh: `sum(${recorded.fresh(ofTier)}) / sum(${states()})`,
  causePartners: `max by (cause, kind) (fedmon_cause_partners{${ofJob}})`,
  causeInfo: `count by (cause, kind, name, code, side) (${active('fedmon_cause_info')})`,
  causeSince: `max by (cause) (${active('fedmon_cause_since_timestamp_seconds')}) * 1000`,
  alerts: `sum by (alertname, severity, alertstate) (${recorded.alerts(ofJob)})`,
  trouble: `(${trouble('tier="critical"')} or ${trouble('tier!="critical"')}) * 1000`,
  timeline: `max by (partner) (${recorded.worst(`${ofPartners},tier=~"$tier"`)})`,
  byLayer: `sum by (layer) (${cause})`,
  byCode: `topk(10, sum by (code, side) (${cause}))`,
  byProvider: `topk(10, sum by (provider) (label_replace(${cause}, "provider", "no known provider", "provider", "")))`,
  edgesDown: `topk(20, max by (edge) (${recorded.edgesDown(ofJob)}))`,
  available: `avg by (tier) (${recorded.available('avg', ofTier)})`,
  availableDay: `avg by (tier) (${recorded.available('avg1d', ofTier)})`,
  availableMonth: `avg by (tier) (${recorded.available('avg30d', ofTier)})`,
  objective: `avg by (tier) (${recorded.objective(ofTier)})`,
  budgetLeft: `1 - (1 - avg by (tier) (${recorded.available('avg30d', ofTier)})) / on (tier) (1 - avg by (tier) (${recorded.objective(ofTier)}))`,
  burn: `avg by (tier) (${recorded.failing('avg1h', ofTier)}) / on (tier) (1 - avg by (tier) (${recorded.objective(ofTier)}))`,
  certificates: `bottomk(20, min by (edge) (${recorded.left(ofJob)}))`,
} as const;
