import { stateRank, worstFirst } from '../federation/state.ts';
import { lastRun } from './expressions.ts';
import type { RecordingRule } from './rules.ts';

// What the dashboards show first. They read these few series in place of some for each partner: with 5,000 partners a
// screen that computes them itself would read a hundred thousand, every minute, for everybody who looks.

/** How many partners of a tier the timeline can show at one time, and how many edges their tables. */
const worstOfTier = 100;
const worstEdges = 100;

const partnerInfo = 'max by (job, partner, tier) (fedmon_partner_info)';
const inTier = `* on (job, partner) group_left (tier)\n${partnerInfo}`;

/** The states in which somebody should look; the rest is healthy or in maintenance. */
const troubled = worstFirst.filter((state) => state !== 'healthy' && state !== 'maintenance');

/** How bad it is, of the partners in trouble only. */
const rankOfTroubled = [
  '(',
  troubled
    .map(
      (state) =>
        `  (max by (job, partner, state) (fedmon_partner_state{state="${state}"}) == 1) * ${String(stateRank[state])}`,
    )
    .join('\n    or\n'),
  ')',
  inTier,
].join('\n');

const troubleRank = 'job_partner_state_tier:fedmon_partner_trouble:rank';
const cause = 'max by (job, partner, layer, code, side) (fedmon_partner_cause_info)';
/** The rank as a label, so that the value can say since when: one series tells all about a partner in trouble. */
const troubleSince = [
  `count_values by (job, partner, state, tier) ("rank", ${troubleRank})`,
  '  * on (job, partner) group_left ()',
  'max by (job, partner) (fedmon_partner_state_since_timestamp_seconds)',
].join('\n');

/** What is known of partners, in numbers that do not grow with the fleet, and the partners in trouble. */
export const boardRecords: readonly RecordingRule[] = [
  {
    record: 'job_state_tier:fedmon_partner_state:sum',
    expr: `sum by (job, state, tier) (\nmax by (job, partner, state) (fedmon_partner_state)\n${inTier}\n)`,
  },
  {
    record: 'job_tier:fedmon_partner_fresh:sum',
    expr: [
      'sum by (job, tier) (',
      '(',
      `  time() - max by (job, partner) (${lastRun})`,
      '    <= bool on (job, partner)',
      '  3 * max by (job, partner) (fedmon_partner_interval_seconds)',
      ')',
      inTier,
      ')',
    ].join('\n'),
  },
  {
    record: 'job_code_layer_provider_side_tier:fedmon_partner_cause_info:count',
    expr: [
      'count by (job, code, layer, provider, side, tier) (',
      cause,
      '  * on (job, partner) group_left (provider, tier)',
      'max by (job, partner, provider, tier) (fedmon_partner_info)',
      ')',
    ].join('\n'),
  },
  { record: troubleRank, expr: rankOfTroubled },
  {
    record: 'job_partner_tier:fedmon_partner_trouble:worst',
    expr: `topk by (job, tier) (${String(worstOfTier)}, ${troubleRank})`,
  },
  {
    record: 'job_partner_tier:fedmon_partner_trouble:since',
    expr: [
      `${troubleSince}\n  * on (job, partner) group_left (code, layer, side)\n${cause}`,
      `  or\n${troubleSince}\n  unless on (job, partner)\n${cause}`,
    ].join('\n'),
  },
  {
    record: 'job_edge:fedmon_edge_down:partners',
    expr: [
      `topk by (job) (${String(worstEdges)},`,
      '  max by (job, edge) (fedmon_edge_partners)',
      '    and on (job, edge)',
      '  (max by (job, edge) (fedmon_edge_up) == 0)',
      ')',
    ].join('\n'),
  },
  {
    record: 'alertname_alertstate_job_severity:fedmon_alerts:count',
    expr: 'count by (alertname, alertstate, job, severity) (ALERTS{alertname=~"Fedmon.+",severity!="none"})',
  },
];

const ends = 'fedmon_tls_certificate_not_after_timestamp_seconds';
const begins = 'fedmon_tls_certificate_not_before_timestamp_seconds';
const left = 'job_edge:fedmon_tls_certificate:left';

/** The certificates of edges: the next to end, how many will, who issued them, and which were changed. */
export const certificateRecords: readonly RecordingRule[] = [
  {
    record: left,
    expr: `bottomk by (job) (${String(worstEdges)},\n  min by (job, edge) ((${ends} - time()) / (${ends} - ${begins}))\n)`,
  },
  {
    record: 'job_edge:fedmon_tls_certificate:ends',
    expr: `min by (job, edge) (${ends})\n  and on (job, edge)\n${left}`,
  },
  ...[7, 30, 90].map((days) => ({
    record: `job:fedmon_tls_certificate:ending${String(days)}d`,
    expr: `sum by (job) (min by (job, edge) (${ends}) - time() <= bool ${String(days * 86_400)})`,
  })),
  {
    record: 'job_issuer:fedmon_tls_certificate_info:count',
    expr: 'count by (job, issuer) (fedmon_tls_certificate_info)',
  },
  {
    // Two samples, as far apart as two evaluations of this group: each change is seen once.
    record: 'job_edge:fedmon_tls_certificate:changes',
    expr: `max by (job, edge) (changes(${begins}[4m:2m])) > 0`,
  },
];
