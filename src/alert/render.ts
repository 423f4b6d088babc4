import { stringify } from 'yaml';
import { boardOf } from './alert-board.ts';
import { paced, pacedExpr } from './pace.ts';
import { ruleGroups, type AlertRule, type RecordingRule, type RuleGroup } from './rules.ts';
import { defaultSettings, type AlertSettings } from './settings.ts';

const heading = `# Written by \`npm run generate\` from src/alert/rules.ts; do not edit.
# Needs Prometheus 2.42 or newer (keep_firing_for).
# \`for\` is short on purpose: a partner's state changes only after several examinations agree (hysteresis in the
# config), so \`for\` and \`keep_firing_for\` guard against scrape noise and nothing else.
# The addresses under example.org are stand-ins for your runbooks and your Grafana.
`;

function alertEntry(rule: AlertRule, { runbooks, grafana, labels, pace }: AlertSettings): Record<string, unknown> {
  const board = boardOf(rule);
  return {
    alert: rule.name,
    expr: pacedExpr(rule.expr, pace),
    ...(rule.for === undefined ? {} : { for: paced(rule.for, pace) }),
    ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: paced(rule.keepFiringFor, pace) }),
    labels: { severity: rule.severity, ...rule.labels, ...labels },
    annotations: {
      summary: rule.summary,
      description: pacedExpr(rule.description, pace),
      runbook_url: `${runbooks}/${rule.name}.md`,
      dashboard_url: `${grafana}/d/${board}/${board}${rule.dashboardQuery ?? ''}`,
      ...(rule.partnerText === undefined ? {} : { partner_text: rule.partnerText }),
    },
  };
}

function recordEntry({ record, expr, labels }: RecordingRule, { pace }: AlertSettings): Record<string, unknown> {
  return { record, expr: pacedExpr(expr, pace), ...(labels === undefined ? {} : { labels }) };
}

function groupEntry({ name, interval, records, rules }: RuleGroup, settings: AlertSettings): Record<string, unknown> {
  return {
    name,
    ...(interval === null ? {} : { interval: paced(interval, settings.pace) }),
    rules: [...records.map((each) => recordEntry(each, settings)), ...rules.map((each) => alertEntry(each, settings))],
  };
}

/** The groups as they stand in a rules file and in the `spec` of a PrometheusRule. */
function spec(settings: AlertSettings): Record<string, unknown> {
  return { groups: ruleGroups(settings).map((group) => groupEntry(group, settings)) };
}

/** The rules file for Prometheus, as YAML; what is not given is as by default. Pure: the same settings give the same text. */
export function renderRules(settings: Partial<AlertSettings> = {}): string {
  return heading + stringify(spec({ ...defaultSettings, ...settings }), { lineWidth: 0 });
}

/** The same as an object for the Prometheus Operator. */
export function renderPrometheusRule(settings: Partial<AlertSettings> = {}): string {
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'fedmon', labels: { 'app.kubernetes.io/name': 'fedmon' } },
    spec: spec({ ...defaultSettings, ...settings }),
  };
  return heading + stringify(object, { lineWidth: 0 });
}
