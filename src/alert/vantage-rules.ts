import type { AlertRule } from './rules.ts';

const byVote = 'max by (job, vantage, vote) (fedmon_vantage_partners';

/** `silent` has waited three intervals of each partner already. Where there is one vantage there are no such series. */
const silent: AlertRule = {
  name: 'FedmonVantageSilent',
  severity: 'warning',
  expr: [
    `sum by (job, vantage) (${byVote}{vote="silent"}))`,
    '  / on (job, vantage)',
    `sum by (job, vantage) (${byVote}))`,
    '  > 0.5',
  ].join('\n'),
  for: '5m',
  keepFiringFor: '5m',
  summary: 'One of our vantages gives no results.',
  description:
    'The vantage {{ $labels.vantage }} has no fresh result of {{ $value | humanizePercentage }} of the partners. ' +
    'It does not vote: what is published rests on the others.',
};

/** What fires about one of several vantages. */
export const vantageAlerts: readonly AlertRule[] = [silent];
