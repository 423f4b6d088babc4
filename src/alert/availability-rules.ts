import type { RecordingRule } from './rules.ts';

/**
 * 1: a partner works (healthy or degraded), 0: it does not. Absent while nothing is known of it or it is in maintenance:
 * such time counts neither for nor against it.
 */
export const partnerAvailable = 'job_partner_tier:fedmon_partner_available:max';

/** The share of the partners of a tier that work now, of those of which something is known. */
export const tierAvailable = 'job_tier:fedmon_partner_available:avg';

/** The share of failing partners of a tier, averaged over the window. */
export function tierFailing(window: string): string {
  return `job_tier:fedmon_partner_failing:avg${window}`;
}

/** What was promised for a tier: the share of its partners that work. */
export const tierObjective = 'job_tier:fedmon_partner_objective:ratio';

/** One series for each tier that has an objective and partners. */
export function objectiveRecords(objectives: Readonly<Record<string, number>>): readonly RecordingRule[] {
  return Object.entries(objectives).map(([tier, objective]) => ({
    record: tierObjective,
    expr: `0 * count by (job, tier) (fedmon_partner_info{tier=${JSON.stringify(tier)}}) + ${String(objective)}`,
    // The expression brings the tier; without it here the rules of two tiers are duplicates to promtool.
    labels: { tier },
  }));
}

/** The windows over which error budgets are watched. */
const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
export type BudgetWindow = (typeof windows)[number];

export const availabilityRecords: readonly RecordingRule[] = [
  {
    record: partnerAvailable,
    expr: [
      '(',
      '  max by (job, partner) (fedmon_partner_state{state=~"healthy|degraded"})',
      '    unless on (job, partner)',
      '  (max by (job, partner) (fedmon_partner_state{state=~"unknown|maintenance"}) == 1)',
      ')',
      '  * on (job, partner) group_left (tier)',
      'max by (job, partner, tier) (fedmon_partner_info)',
    ].join('\n'),
  },
  { record: tierAvailable, expr: `avg by (job, tier) (${partnerAvailable})` },
  ...windows.map((window) => ({
    record: tierFailing(window),
    expr: `1 - avg_over_time(${tierAvailable}[${window}])`,
  })),
];

/** The month of a partner is made of its days: all its samples at once would be more than Prometheus reads in one query. */
export const availabilityOverDays: readonly RecordingRule[] = [
  { record: 'job_partner_tier:fedmon_partner_available:avg1d', expr: `avg_over_time(${partnerAvailable}[1d])` },
  {
    record: 'job_partner_tier:fedmon_partner_available:avg30d',
    expr: 'avg_over_time(job_partner_tier:fedmon_partner_available:avg1d[30d:1d])',
  },
  { record: 'job_tier:fedmon_partner_available:avg1d', expr: `avg_over_time(${tierAvailable}[1d])` },
  { record: 'job_tier:fedmon_partner_available:avg30d', expr: `avg_over_time(${tierAvailable}[30d])` },
];
