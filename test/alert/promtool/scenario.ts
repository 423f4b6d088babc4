import { stringify } from 'yaml';
import { alertGroups, defaultPlaces, type AlertRule } from '../../../src/alert/rules.ts';

/** An alert that must fire, and nothing else of its name; annotations not given here are those of its rule. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  readonly dashboardQuery?: string;
}

/** What fires under one name at one minute of the series. */
export interface Expectation {
  readonly minute: number;
  readonly alert: string;
  readonly firing: readonly Firing[];
}

/** Series by minute in promtool's notation, and what must follow. */
export interface Scenario {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly expect: readonly Expectation[];
}

function ruleOf(alert: string, severity: string | undefined): AlertRule {
  const rules = alertGroups(defaultPlaces).flatMap((group) => group.rules);
  const rule = rules.find((each) => each.name === alert && each.severity === severity);
  if (rule === undefined) throw new Error(`no rule ${alert} of severity ${severity ?? 'undefined'}`);
  return rule;
}

function expected(alert: string, firing: Firing): Record<string, unknown> {
  return {
    exp_labels: firing.labels,
    exp_annotations: {
      summary: ruleOf(alert, firing.labels['severity']).summary,
      description: firing.description,
      runbook_url: `${defaultPlaces.runbooks}/${alert}.md`,
      dashboard_url: `${defaultPlaces.grafana}/d/fedmon-fleet/fedmon-fleet${firing.dashboardQuery ?? ''}`,
    },
  };
}

/** The file for `promtool test rules`; rules are evaluated and scraped once a minute. */
export function testFile(rulesFile: string, scenarios: readonly Scenario[]): string {
  return stringify(
    {
      rule_files: [rulesFile],
      evaluation_interval: '1m',
      tests: scenarios.map((scenario) => ({
        name: scenario.name,
        interval: '1m',
        input_series: Object.entries(scenario.series).map(([series, values]) => ({ series, values })),
        alert_rule_test: scenario.expect.map(({ minute, alert, firing }) => ({
          eval_time: `${minute}m`,
          alertname: alert,
          exp_alerts: firing.map((each) => expected(alert, each)),
        })),
      })),
    },
    { lineWidth: 0 },
  );
}
