import { stringify } from 'yaml';
import { alertGroups, type AlertPlaces, type AlertRule } from './rules.ts';

/** The dashboard an alert links to; the uid is public. */
const dashboardPath = '/d/fedmon-fleet/fedmon-fleet';

const heading = `# Written by \`npm run generate\` from src/alert/rules.ts; do not edit.
# Needs Prometheus 2.42 or newer (keep_firing_for).
# \`for\` is short on purpose: a partner's state changes only after several examinations agree (hysteresis in the
# config), so \`for\` and \`keep_firing_for\` guard against scrape noise and nothing else.
# The addresses under example.org are stand-ins for your runbooks and your Grafana.
`;

function ruleEntry(rule: AlertRule, places: AlertPlaces): Record<string, unknown> {
  return {
    alert: rule.name,
    expr: rule.expr,
    for: rule.for,
    ...(rule.keepFiringFor === null ? {} : { keep_firing_for: rule.keepFiringFor }),
    labels: { severity: rule.severity, ...rule.labels },
    annotations: {
      summary: rule.summary,
      description: rule.description,
      runbook_url: `${places.runbooks}/${rule.name}.md`,
      dashboard_url: `${places.grafana}${dashboardPath}${rule.dashboardQuery}`,
    },
  };
}

/** The rules file for Prometheus, as YAML. Pure: the same places give the same text. */
export function renderRules(places: AlertPlaces): string {
  const groups = alertGroups(places).map((group) => ({
    name: group.name,
    rules: group.rules.map((rule) => ruleEntry(rule, places)),
  }));
  return heading + stringify({ groups }, { lineWidth: 0 });
}
