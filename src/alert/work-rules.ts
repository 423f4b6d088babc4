import type { AlertRule } from './rules.ts';
import type { Thresholds } from './settings.ts';

/** Looks every second; three minutes without a look are no hiccup. Remembered for an hour, so that one that is gone is missed. */
function schedulerStopped(pace: number): AlertRule {
  return {
    name: 'FedmonSchedulerStopped',
    severity: 'warning',
    expr: `time() - max by (job) (max_over_time(fedmon_scheduler_last_fire_timestamp_seconds[1h])) > ${String(180 * pace)}`,
    for: '2m',
    summary: 'No scheduler of fedmon looks for due examinations.',
    description:
      'The last look was {{ $value | humanizeDuration }} ago: nothing new is put on the queue. After three intervals every ' +
      'partner is unknown.',
  };
}

/** Time through the queue, not its length: a queue of a thousand jobs that moves is well. */
function queueBehind({ lateJobs }: Thresholds): AlertRule {
  return {
    name: 'FedmonQueueBehind',
    severity: 'warning',
    expr: [
      '1 -',
      // 30.0 in OpenMetrics.
      'sum by (job, queue) (rate(fedmon_job_wait_seconds_bucket{le=~"30(\\\\.0)?"}[15m]))',
      '  / on (job, queue)',
      'sum by (job, queue) (rate(fedmon_job_wait_seconds_count[15m]))',
      `  > ${String(lateJobs)}`,
    ].join('\n'),
    for: '5m',
    keepFiringFor: '5m',
    summary: 'Jobs of fedmon wait too long in the queue.',
    description:
      '{{ $value | humanizePercentage }} of the jobs of the queue {{ $labels.queue }} began more than 30 s after their time. ' +
      'What comes too late is skipped, and partners turn stale.',
  };
}

/** A quarter of what was due. An outage of a few minutes loses less, and was told while it lasted. */
function slotsLost({ lostSlots }: Thresholds, pace: number): AlertRule {
  return {
    name: 'FedmonSlotsLost',
    severity: 'warning',
    expr: [
      'sum by (job) (',
      '  increase(fedmon_scheduler_slots_missed_total[1h]) or increase(fedmon_jobs_skipped_late_total[1h])',
      ')',
      '  / on (job)',
      `sum by (job) (${String(3600 * pace)} / max by (job, partner) (fedmon_partner_interval_seconds))`,
      `  > ${String(lostSlots)}`,
    ].join('\n'),
    for: '5m',
    keepFiringFor: '5m',
    summary: 'fedmon skips examinations that come too late.',
    description:
      '{{ $value | humanizePercentage }} of the examinations that were due in the last hour were not carried out, because ' +
      'nothing was there to plan them, or because they came too late.',
  };
}

/** Not the first scrape that is too large, which may be a mistake in the config that is soon undone. */
const seriesDropped: AlertRule = {
  name: 'FedmonSeriesDropped',
  severity: 'warning',
  expr: 'sum by (job) (increase(fedmon_exporter_series_dropped_total[5m])) > 0',
  for: '10m',
  keepFiringFor: '5m',
  summary: 'fedmon has more partners than one exporter may show.',
  description:
    'fedmon ({{ $labels.job }}) leaves series out of every scrape. Partners at the end of the config are examined and have ' +
    'no series, so that no alert about them can fire.',
};

/** What fires about the way from the clock to the worker, and from the store to Prometheus. */
export function workAlerts(thresholds: Thresholds, pace: number): readonly AlertRule[] {
  return [schedulerStopped(pace), queueBehind(thresholds), slotsLost(thresholds, pace), seriesDropped];
}
