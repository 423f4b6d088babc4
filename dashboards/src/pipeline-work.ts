import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines } from './kinds.ts';
import { overTime, type PanelSpec } from './panel.ts';
import { ofJob, ofTier, recorded } from './selectors.ts';

const of = (name: string): string => `fedmon_${name}{${ofJob}}`;
const rate = (name: string): string => `rate(fedmon_${name}{${ofJob}}[$__rate_interval])`;

/** The time that so many of the observed took at most; nothing where none was observed, which would be no number. */
const within = (share: number, name: string, by = 'le'): string =>
  `histogram_quantile(${share}, sum by (${by}) (${rate(`${name}_bucket`)})) >= 0`;

const oldest = of('queue_oldest_waiting_timestamp_seconds');

type Line = readonly [refId: string, expr: string, legend: string];
type About = Omit<PanelSpec, 'queries' | 'size'> & Partial<Pick<PanelSpec, 'size'>>;
const panel = (about: About, ...queries: readonly Line[]): Panel =>
  lines({ size: [12, 8], ...about, queries: queries.map((each) => overTime(...each)) }).build();

export const freshness = (): Panel =>
  panel(
    {
      title: 'Partners not examined for three intervals',
      description: 'They are unknown, whatever they were before. Zero is good; all of them: nobody works.',
      unit: 'short',
    },
    ['A', `sum(${recorded.states(ofTier)}) - sum(${recorded.fresh(ofTier)})`, 'overdue'],
  );

export const scheduler = (): Panel =>
  panel(
    {
      title: 'Scheduler: time since the last look',
      description: 'It looks every second for due examinations. Rising: none runs, and nothing new comes to the queue.',
      unit: 's',
    },
    ['A', `time() - max by (schedule) (${of('scheduler_last_fire_timestamp_seconds')})`, '{{schedule}}'],
  );

export const lost = (): Panel =>
  panel(
    {
      title: 'Examinations that were not carried out',
      description: 'Missed: no scheduler ran. Late: the job came too late. Withheld: the operator stopped them.',
      unit: 'ops',
    },
    ['missed', `sum(${rate('scheduler_slots_missed_total')})`, 'missed'],
    ['late', `sum(${rate('jobs_skipped_late_total')})`, 'late'],
    ['withheld', `sum(${rate('examinations_withheld_total')})`, 'withheld'],
  );

export const wait = (): Panel =>
  panel(
    {
      title: 'Queue: how long jobs wait',
      description:
        'From the planned instant to the start, and how long the job that waits longest has waited. Rising steadily: the workers do not keep up.',
      unit: 's',
    },
    ['half', within(0.5, 'job_wait_seconds'), 'half of them'],
    ['most', within(0.95, 'job_wait_seconds'), '95 of 100'],
    ['oldest', `max by (queue) (clamp_min(timestamp(${oldest}) - ${oldest}, 0))`, 'waits now: {{queue}}'],
  );

export const queues = (): Panel =>
  panel(
    {
      title: 'Queue: jobs, and workers that take them',
      size: [24, 6],
      description: 'Waiting: could be taken now. Delayed: come later. No workers: nobody takes any.',
      unit: 'short',
    },
    ['jobs', `sum by (queue, state) (${of('queue_jobs')})`, '{{queue}} {{state}}'],
    ['workers', `sum by (queue) (${of('queue_workers')})`, '{{queue}} workers'],
  );

export const jobs = (): Panel =>
  panel(
    {
      title: 'Workers: jobs, and those that failed',
      description:
        'Failed for reasons of our own, stalled when a worker died, quarantined when five died of the same job.',
      unit: 'ops',
    },
    ['done', `sum by (queue) (${rate('jobs_total')})`, 'done {{queue}}'],
    ['failed', `sum by (queue) (${rate('job_failures_total')})`, 'failed {{queue}}'],
    ['stalled', `sum by (queue) (${rate('jobs_stalled_total')})`, 'stalled {{queue}}'],
    ['quarantined', `sum by (queue) (${rate('jobs_quarantined_total')})`, 'quarantined {{queue}}'],
  );

export const checks = (): Panel =>
  panel(
    {
      title: 'Checks per second, and under way',
      description: 'The work that is done, by check. Zero while partners are due: nobody works.',
      unit: 'short',
    },
    ['rate', `sum by (check) (${rate('check_duration_seconds_count')})`, '{{check}} per second'],
    ['now', `sum(${of('probes_in_flight')})`, 'under way now'],
  );

export const took = (): Panel =>
  panel(
    {
      title: 'Checks: how long 95 of 100 take at most',
      description:
        'By check, over all partners. All of them up at once: it is our network, our resolver or a busy process.',
      unit: 's',
    },
    ['A', within(0.95, 'check_duration_seconds', 'check, le'), '{{check}}'],
  );

export const processes = (): Panel =>
  panel(
    {
      title: 'Processes: event loop and clock',
      description:
        'Delay of the event loop, and how far each clock is from that of the store: beyond 30 s it stands aside.',
      unit: 's',
    },
    ['lag', `max by (instance) (${of('event_loop_lag_seconds')})`, 'lag {{instance}}'],
    ['clock', `max by (instance) (abs(${of('clock_ahead_seconds')}))`, 'clock {{instance}}'],
  );
