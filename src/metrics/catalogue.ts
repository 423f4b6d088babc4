import { ownMetrics } from './catalogue-own.ts';

/** What a series is about, and so how many there are. */
export type Subject = 'partner' | 'edge' | 'process' | 'exporter';

/** One metric: a public name with its meaning. `most` is the greatest number of series per subject; null: one per known code. */
export interface MetricEntry {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly about: Subject;
  readonly most: number | null;
}

/**
 * Every metric that this version exposes, in the order of the exposition. The only place where a name, its labels and
 * its help are written down; everything else refers to a key of this table.
 */
export const metrics = {
  fedmon_partner_info: {
    type: 'gauge',
    help: 'Partner as configured; provider is the known hosting provider of its route, or empty. Always 1.',
    labels: ['partner', 'tier', 'profile', 'provider', 'owner'],
    about: 'partner',
    most: 1,
  },
  fedmon_partner_state: {
    type: 'gauge',
    help: 'Published state of the partner: 1 for exactly one state, 0 for the others.',
    labels: ['partner', 'state'],
    about: 'partner',
    most: 7,
  },
  fedmon_partner_state_since_timestamp_seconds: {
    type: 'gauge',
    help: 'Since when the published state holds.',
    labels: ['partner'],
    about: 'partner',
    most: 1,
  },
  fedmon_partner_interval_seconds: {
    type: 'gauge',
    help: 'Configured time between two examinations of the partner.',
    labels: ['partner'],
    about: 'partner',
    most: 1,
  },
  fedmon_partner_cause_info: {
    type: 'gauge',
    help: 'Why the partner is not healthy: lowest broken layer and finding code. Absent while healthy, stale or in maintenance.',
    labels: ['partner', 'layer', 'code'],
    about: 'partner',
    most: 1,
  },
  fedmon_partner_edges: {
    type: 'gauge',
    help: 'Edges of the route of the partner by status at the last examination.',
    labels: ['partner', 'status'],
    about: 'partner',
    most: 3,
  },
  fedmon_check_success: {
    type: 'gauge',
    help: 'Last result of the check: 1 proven, 0 failed. Absent when not proven either way or when a lower layer failed.',
    labels: ['partner', 'check'],
    about: 'partner',
    most: 5,
  },
  fedmon_checks_total: {
    type: 'counter',
    help: 'Runs of the check for the partner.',
    labels: ['partner', 'check'],
    about: 'partner',
    most: 5,
  },
  fedmon_check_failures_total: {
    type: 'counter',
    help: 'Failed runs of the check for the partner by finding code.',
    labels: ['partner', 'check', 'code'],
    about: 'partner',
    most: null,
  },
  fedmon_check_last_run_timestamp_seconds: {
    type: 'gauge',
    help: 'When the check last ran for the partner.',
    labels: ['partner', 'check'],
    about: 'partner',
    most: 5,
  },
  fedmon_check_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the check last succeeded for the partner. Absent when it never did.',
    labels: ['partner', 'check'],
    about: 'partner',
    most: 5,
  },
  fedmon_check_last_duration_seconds: {
    type: 'gauge',
    help: 'How long the last run of the check took.',
    labels: ['partner', 'check'],
    about: 'partner',
    most: 5,
  },
  fedmon_edge_up: {
    type: 'gauge',
    help: 'Whether at least one address of the edge proves every layer asked for. Absent when nothing is proven.',
    labels: ['edge'],
    about: 'edge',
    most: 1,
  },
  fedmon_edge_partners: {
    type: 'gauge',
    help: 'Partners whose route leads to the edge.',
    labels: ['edge'],
    about: 'edge',
    most: 1,
  },
  fedmon_edge_addresses: {
    type: 'gauge',
    help: 'Addresses of the edge by status at the last examination.',
    labels: ['edge', 'status'],
    about: 'edge',
    most: 3,
  },
  fedmon_tls_certificate_not_before_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of validity of the certificate of the edge; of the one that ends first when addresses differ.',
    labels: ['edge'],
    about: 'edge',
    most: 1,
  },
  fedmon_tls_certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'End of validity of the certificate of the edge; the earliest when addresses differ.',
    labels: ['edge'],
    about: 'edge',
    most: 1,
  },
  fedmon_tls_certificate_info: {
    type: 'gauge',
    help: 'Certificate of the edge; issuer is a word of a closed list, other when not in it. Always 1.',
    labels: ['edge', 'issuer', 'serial', 'fingerprint'],
    about: 'edge',
    most: 1,
  },
  fedmon_tls_info: {
    type: 'gauge',
    help: 'Negotiated TLS version and cipher suite of the edge. Always 1.',
    labels: ['edge', 'version', 'cipher'],
    about: 'edge',
    most: 1,
  },
  fedmon_sip_response_code: {
    type: 'gauge',
    help: 'Final SIP answer of the edge to our OPTIONS; the highest when addresses differ.',
    labels: ['edge'],
    about: 'edge',
    most: 1,
  },
  fedmon_jobs_total: {
    type: 'counter',
    help: 'Queue jobs carried out by this process.',
    labels: ['queue'],
    about: 'process',
    most: 2,
  },
  fedmon_job_failures_total: {
    type: 'counter',
    help: 'Queue jobs that failed in this process for reasons of our own.',
    labels: ['queue'],
    about: 'process',
    most: 2,
  },
  fedmon_jobs_stalled_total: {
    type: 'counter',
    help: 'Queue jobs taken back from a worker that went silent.',
    labels: ['queue'],
    about: 'process',
    most: 2,
  },
  fedmon_jobs_skipped_late_total: {
    type: 'counter',
    help: 'Slots skipped because their job came too late.',
    labels: [],
    about: 'process',
    most: 1,
  },
  fedmon_probes_in_flight: {
    type: 'gauge',
    help: 'Examinations running in this process now.',
    labels: [],
    about: 'process',
    most: 1,
  },
  fedmon_job_wait_seconds: {
    type: 'histogram',
    help: 'Time from the planned instant of a job to its start.',
    labels: ['queue'],
    about: 'process',
    most: 28,
  },
  fedmon_check_duration_seconds: {
    type: 'histogram',
    help: 'Duration of checks carried out by this process.',
    labels: ['check'],
    about: 'process',
    most: 70,
  },
  fedmon_scheduler_last_fire_timestamp_seconds: {
    type: 'gauge',
    help: 'When the scheduler last looked for due slots. Absent until it did.',
    labels: ['schedule'],
    about: 'process',
    most: 1,
  },
  fedmon_scheduler_slots_missed_total: {
    type: 'counter',
    help: 'Slots that came due while no scheduler ran and were too late to run.',
    labels: ['schedule'],
    about: 'process',
    most: 1,
  },
  fedmon_store_up: {
    type: 'gauge',
    help: 'Whether the last use of the store succeeded. Absent until it was used.',
    labels: [],
    about: 'process',
    most: 1,
  },
  fedmon_config_last_reload_successful: {
    type: 'gauge',
    help: 'Whether the configuration could be used when it was last read. 0: the one before it is in force.',
    labels: [],
    about: 'process',
    most: 1,
  },
  fedmon_config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the configuration in force was read.',
    labels: [],
    about: 'process',
    most: 1,
  },
  ...ownMetrics,
  fedmon_exporter_collect_duration_seconds: {
    type: 'gauge',
    help: 'How long reading the store for this exposition took.',
    labels: [],
    about: 'exporter',
    most: 1,
  },
  fedmon_build_info: {
    type: 'gauge',
    help: 'Version of fedmon. Always 1.',
    labels: ['version'],
    about: 'process',
    most: 1,
  },
  fedmon_event_loop_lag_seconds: {
    type: 'gauge',
    help: '99th percentile of the event loop delay since the last scrape.',
    labels: [],
    about: 'process',
    most: 1,
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof metrics;
export type LabelName<Name extends MetricName> = (typeof metrics)[Name]['labels'][number];

/** Every name in the order of the exposition. */
export const metricNames = Object.keys(metrics) as readonly MetricName[];

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metrics, name);
}
