import { partnerAlerts } from './partner-rules.ts';
import { monitorAlerts } from './monitor-rules.ts';

/** `critical` wakes a person, `warning` is work for the day. */
export type AlertSeverity = 'critical' | 'warning';

/** One alert as data. Durations in Prometheus notation. Several rules may share a name when their severity differs. */
export interface AlertRule {
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly expr: string;
  readonly for: string;
  /** How long it goes on firing after the expression stopped to hold: one missed scrape is not a recovery. */
  readonly keepFiringFor: string | null;
  /** Labels the expression does not bring itself. */
  readonly labels: Readonly<Record<string, string>>;
  /** One static sentence, the same for all that are grouped. */
  readonly summary: string;
  /** What this instance is about; a Prometheus template. */
  readonly description: string;
  /** Query parameters of the dashboard link; a Prometheus template. */
  readonly dashboardQuery: string;
}

export interface AlertGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** Where the links of an alert lead, and the scrape job whose absence is an alert. Addresses without a final slash. */
export interface AlertPlaces {
  readonly runbooks: string;
  readonly grafana: string;
  readonly job: string;
}

/** Stand-ins in the committed file; the chart and `renderRules` replace them. */
export const defaultPlaces: AlertPlaces = {
  runbooks: 'https://fedmon.example.org/runbooks',
  grafana: 'https://grafana.example.org',
  job: 'fedmon',
};

export function alertGroups(places: AlertPlaces): readonly AlertGroup[] {
  return [
    { name: 'fedmon-partners', rules: partnerAlerts },
    { name: 'fedmon-monitor', rules: monitorAlerts(places.job) },
  ];
}

/** Every alert name once. */
export function alertNames(): readonly string[] {
  const names = alertGroups(defaultPlaces).flatMap((group) => group.rules.map((rule) => rule.name));
  return [...new Set(names)];
}
