import { tierFailing, type BudgetWindow } from './availability-rules.ts';
import type { AlertRule, AlertSeverity } from './rules.ts';

/** One pace at which the budget of 30 days may be spent before it is told: over the long window and still over the short one. */
interface Burn {
  readonly long: BudgetWindow;
  readonly short: BudgetWindow;
  /** How many times faster than what the objective allows. */
  readonly times: number;
  readonly severity: AlertSeverity;
  readonly for: string;
}

// The pairs of the SRE workbook (chapter 5): 2 % of the budget in an hour, 5 % in six, 10 % in a day or in three.
const burns: readonly Burn[] = [
  { long: '1h', short: '5m', times: 14.4, severity: 'critical', for: '2m' },
  { long: '6h', short: '30m', times: 6, severity: 'critical', for: '15m' },
  { long: '1d', short: '2h', times: 3, severity: 'warning', for: '1h' },
  { long: '3d', short: '6h', times: 1, severity: 'warning', for: '3h' },
];

/** How many times too fast a budget is spent that is told. */
export const burnTimes: readonly number[] = burns.map(({ times }) => times);

/** From which share of failing partners on the budget of an objective is spent so many times too fast. */
export function burnLimit(times: number, objective: number): number {
  // Rounded: 1 - 0.99 is 0.010000000000000009, which nobody wants to read.
  return Number((times * (1 - objective)).toPrecision(6));
}

function burnRule(tier: string, objective: number, { long, short, times, severity, for: holds }: Burn): AlertRule {
  const limit = String(burnLimit(times, objective));
  const over = (window: BudgetWindow): string => `${tierFailing(window)}{tier=${JSON.stringify(tier)}} > ${limit}`;
  return {
    name: 'FedmonErrorBudgetBurn',
    severity,
    expr: `${over(long)}\n  and on (job, tier)\n${over(short)}`,
    for: holds,
    // The expression brings the tier; without it here the rules of two tiers are duplicates to promtool.
    labels: { tier, long, short },
    summary: 'Partners of a tier fail more than its objective allows.',
    description:
      `Over ${long} {{ $value | humanizePercentage }} of the tier {{ $labels.tier }} did not work, and over the last ${short} ` +
      `too many still do not. At this pace the error budget of 30 days is spent ${String(times)} times too fast.`,
    dashboardQuery: '?var-tier={{ $labels.tier }}',
  };
}

/** For a whole tier, never for one partner: one that is examined every five minutes has too few events for a rate. */
export function budgetAlerts(objectives: Readonly<Record<string, number>>): readonly AlertRule[] {
  return burns.flatMap((burn) =>
    Object.entries(objectives).map(([tier, objective]) => burnRule(tier, objective, burn)),
  );
}
