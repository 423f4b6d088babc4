import { availabilityRecords, availabilityOverDays, objectiveRecords } from './availability-rules.ts';
import { blindAlerts } from './blind-rules.ts';
import { boardRecords, certificateRecords } from './board-rules.ts';
import { budgetAlerts } from './budget-rules.ts';
import { causeAlerts } from './cause-rules.ts';
import { fleetAlerts } from './fleet-rules.ts';
import { monitorAlerts } from './monitor-rules.ts';
import { partnerAlerts } from './partner-rules.ts';
import { defaultSettings, type AlertSettings } from './settings.ts';
import { vantageAlerts } from './vantage-rules.ts';
import { workAlerts } from './work-rules.ts';

/** `critical` wakes a person, `warning` is work for the day, `none` is for machines. */
export type AlertSeverity = 'critical' | 'warning' | 'none';

/** One alert as data. Durations in Prometheus notation. Several rules may share a name when their severity or labels differ. */
export interface AlertRule {
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly expr: string;
  /** How long the expression holds before it fires; absent: at once. */
  readonly for?: string;
  /** How long it goes on firing after the expression stopped to hold: one missed scrape is not a recovery. */
  readonly keepFiringFor?: string;
  /** Labels the expression does not bring itself. */
  readonly labels?: Readonly<Record<string, string>>;
  /** One static sentence, the same for all that are grouped. */
  readonly summary: string;
  /** What this instance is about; a Prometheus template. */
  readonly description: string;
  /** Query parameters of the dashboard link; a Prometheus template. */
  readonly dashboardQuery?: string;
  /** The command that prints the text for the partner's administrator; a Prometheus template. */
  readonly partnerText?: string;
}

/** A series that Prometheus computes and keeps; named `level:metric:operations`. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** Labels the expression does not bring itself, or that tell rules of one name apart. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  /** How often it is evaluated; null: as often as Prometheus does by default. */
  readonly interval: string | null;
  readonly records: readonly RecordingRule[];
  readonly rules: readonly AlertRule[];
}

/** All rules, in the groups of the rules file. */
export function ruleGroups(settings: AlertSettings): readonly RuleGroup[] {
  const { job, thresholds, objectives, pace } = settings;
  const about = (name: string, rules: readonly AlertRule[]): RuleGroup => ({
    name,
    interval: null,
    records: [],
    rules,
  });
  return [
    {
      name: 'fedmon-availability',
      interval: null,
      records: [...availabilityRecords, ...objectiveRecords(objectives)],
      rules: budgetAlerts(objectives),
    },
    // Over weeks a value of five minutes ago is as good, and costs a fifth.
    { name: 'fedmon-availability-days', interval: '5m', records: availabilityOverDays, rules: [] },
    { name: 'fedmon-boards', interval: null, records: boardRecords, rules: [] },
    { name: 'fedmon-boards-certificates', interval: '2m', records: certificateRecords, rules: [] },
    about('fedmon-partners', [...partnerAlerts(thresholds), ...causeAlerts(thresholds), ...fleetAlerts(thresholds)]),
    about('fedmon-monitor', [
      ...blindAlerts(pace),
      ...monitorAlerts(job, thresholds),
      ...workAlerts(thresholds, pace),
      ...vantageAlerts,
    ]),
  ];
}

export function alertRules(settings: AlertSettings): readonly AlertRule[] {
  return ruleGroups(settings).flatMap(({ rules }) => rules);
}

/** Every alert name once. */
export function alertNames(): readonly string[] {
  return [...new Set(alertRules(defaultSettings).map(({ name }) => name))];
}
