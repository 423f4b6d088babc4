import { parse, stringify } from 'yaml';
import { boardOf } from '../../../src/alert/alert-board.ts';
import { renderRules } from '../../../src/alert/render.ts';
import { alertRules, ruleGroups, type AlertRule } from '../../../src/alert/rules.ts';
import { defaultSettings } from '../../../src/alert/settings.ts';

/** An alert that must fire, and nothing else of its name; annotations not given here are those of its rule. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  readonly dashboardQuery?: string;
  readonly partnerText?: string;
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
  /** What expressions give at a minute of the series, each sample by its name with labels. */
  readonly values?: readonly {
    readonly minute: number;
    readonly expr: string;
    readonly samples: Readonly<Record<string, number>>;
  }[];
}

function ruleOf(alert: string, severity: string | undefined): AlertRule {
  const rule = alertRules(defaultSettings).find((each) => each.name === alert && each.severity === severity);
  if (rule === undefined) throw new Error(`no rule ${alert} of severity ${severity ?? 'undefined'}`);
  return rule;
}

function expected(alert: string, firing: Firing): Record<string, unknown> {
  const rule = ruleOf(alert, firing.labels['severity']);
  const board = boardOf(rule);
  return {
    exp_labels: firing.labels,
    exp_annotations: {
      summary: rule.summary,
      description: firing.description,
      runbook_url: `${defaultSettings.runbooks}/${alert}.md`,
      dashboard_url: `${defaultSettings.grafana}/d/${board}/${board}${firing.dashboardQuery ?? ''}`,
      ...(firing.partnerText === undefined ? {} : { partner_text: firing.partnerText }),
    },
  };
}

/** Only what a scenario asks about is evaluated: all rules in every minute of every scenario would take a minute. */
function groupsOf({ expect, values = [] }: Scenario): readonly string[] {
  const all = values.some(({ expr }) => expr.includes('ALERTS'));
  const asked = new Set(expect.map(({ alert }) => alert));
  // What is recorded for the dashboards is tested with them (test/dashboards/fleet-queries.test.ts).
  return ruleGroups(defaultSettings)
    .filter(({ name }) => !name.startsWith('fedmon-boards'))
    .filter(
      ({ rules, records }) =>
        all || rules.some(({ name }) => asked.has(name)) || (values.length > 0 && records.length > 0),
    )
    .map(({ name }) => name);
}

/** The files for `promtool test rules`: one of tests for each set of groups, and one of rules for each group. */
export function testFiles(scenarios: readonly Scenario[]): {
  readonly tests: readonly string[];
  readonly files: Readonly<Record<string, string>>;
} {
  const { groups } = parse(renderRules()) as { readonly groups: readonly { readonly name: string }[] };
  const rules = groups.map((group): [string, string] => [`${group.name}.yaml`, stringify({ groups: [group] })]);
  const sets = Map.groupBy(scenarios, (scenario) => groupsOf(scenario).join(' '));
  const tests = [...sets].map(([names, some], at): [string, string] => {
    return [`tests-${String(at)}.yaml`, testFile(names.split(' '), some)];
  });
  return { tests: tests.map(([name]) => name), files: Object.fromEntries([...rules, ...tests]) };
}

/** Rules are evaluated and scraped once a minute. */
function testFile(groups: readonly string[], scenarios: readonly Scenario[]): string {
  return stringify(
    {
      rule_files: groups.map((name) => `${name}.yaml`),
      // Left alone, promtool takes the groups in any order, and what one records comes to another a minute later or not.
      group_eval_order: groups,
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
        promql_expr_test: (scenario.values ?? []).map(({ minute, expr, samples }) => ({
          eval_time: `${minute}m`,
          expr,
          exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
        })),
      })),
    },
    { lineWidth: 0 },
  );
}
