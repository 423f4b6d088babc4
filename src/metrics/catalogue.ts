import { causeMetrics } from './catalogue-cause.ts';
import { edgeMetrics } from './catalogue-edge.ts';
import { ownMetrics } from './catalogue-own.ts';
import { partnerMetrics } from './catalogue-partner.ts';
import { processMetrics } from './catalogue-process.ts';
import { sightMetrics } from './catalogue-sight.ts';
import { vantageMetrics } from './catalogue-vantage.ts';

/** What a series is about, and so how many there are. */
export type Subject = 'partner' | 'edge' | 'vantage' | 'process' | 'exporter';

/** One metric: a public name with its meaning. `most` is the greatest number of series per subject. */
export interface MetricEntry {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly about: Subject;
  readonly most: number;
}

/**
 * Every metric that this version exposes, in the order of the exposition. The only place where a name, its labels and
 * its help are written down; everything else refers to a key of this table.
 */
export const metrics = {
  ...partnerMetrics,
  ...edgeMetrics,
  ...causeMetrics,
  ...sightMetrics,
  ...processMetrics,
  ...vantageMetrics,
  ...ownMetrics,
  fedmon_queue_jobs: {
    type: 'gauge',
    help: 'Jobs in the queue by state: waiting, active, delayed.',
    labels: ['queue', 'vantage', 'state'],
    about: 'exporter',
    most: 96,
  },
  fedmon_queue_workers: {
    type: 'gauge',
    help: 'Workers that are connected to the queue. Absent where the Redis user may not list clients.',
    labels: ['queue', 'vantage'],
    about: 'exporter',
    most: 32,
  },
  fedmon_queue_oldest_waiting_timestamp_seconds: {
    type: 'gauge',
    help: 'Since when the job could be taken that waits longest in the queue. Absent while none waits.',
    labels: ['queue', 'vantage'],
    about: 'exporter',
    most: 32,
  },
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
