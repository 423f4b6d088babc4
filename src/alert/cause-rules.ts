import { partners } from './expressions.ts';
import type { AlertRule, AlertSeverity } from './rules.ts';
import type { Thresholds } from './settings.ts';

// That we do not see is FedmonBlind's business.
const seen = '{kind!="canary"}';
const members = 'max by (job, partner, cause) (fedmon_partner_shared_cause_info)';

/** Each cause with the number of its partners as value, and with how often that has doubled as a label: each doubling is told. */
const grown = [
  `max by (job, cause, kind) (fedmon_cause_partners${seen})`,
  '  * on (job, cause, kind) group_right ()',
  `count_values by (job, cause, kind) ("doublings", max by (job, cause, kind) (fedmon_cause_doublings${seen}))`,
  '  > 0',
].join('\n');

/** Causes that a partner of the critical tier shares, or so many that it is no matter of single partners. */
function urgent({ manyFailing, manyAtLeast }: Thresholds): string {
  return [
    '(',
    `  count by (job, cause) (${members}`,
    '    * on (job, partner) group_left ()',
    '  max by (job, partner) (fedmon_partner_info{tier="critical"}))',
    '    or',
    '  (',
    `    max by (job, cause) (fedmon_cause_partners${seen}) >= ${String(manyAtLeast)}`,
    '      and on (job, cause)',
    `    max by (job, cause) (fedmon_cause_partners${seen})`,
    '      / on (job) group_left ()',
    `    ${partners} > ${String(manyFailing)}`,
    '  )',
    ')',
  ].join('\n');
}

const series = (metric: string): string => `printf "${metric}{job=%q,cause=%q}" $labels.job $labels.cause | query`;

const what =
  `{{ with ${series('fedmon_cause_info')} }}{{ with . | first }} They share the {{ $labels.kind }} {{ . | label "name" }}, ` +
  'side: {{ . | label "side" }}; what it means: fedmon explain {{ . | label "code" }}.{{ end }}{{ end }}';
const how =
  '{{ with printf "count by (code) (fedmon_partner_cause_info{job=%q} and on (job, partner) ' +
  'fedmon_partner_shared_cause_info{cause=%q})" $labels.job $labels.cause | query }} They fail with' +
  '{{ range . | sortByLabel "code" }} {{ . | label "code" }} ({{ . | value }}){{ end }}.{{ end }}';
const since =
  `{{ with ${series('fedmon_cause_since_timestamp_seconds')} }}{{ with . | first }} ` +
  'Since {{ . | value | humanizeTimestamp }}.{{ end }}{{ end }}';
/** All members of most causes; who needs more than this looks at the page. */
const mostNamed = 50;
const who =
  `{{ with printf "topk(${String(mostNamed)}, fedmon_partner_shared_cause_info{job=%q,cause=%q})" $labels.job $labels.cause ` +
  '| query }} Members:{{ range . | sortByLabel "partner" }} {{ . | label "partner" }}{{ end }}.{{ end }}';

function shared(severity: AlertSeverity, which: string): AlertRule {
  return {
    name: 'FedmonSharedCause',
    severity,
    expr: `${grown}\n  ${severity === 'critical' ? 'and' : 'unless'} on (job, cause)\n${which}`,
    for: '1m',
    keepFiringFor: '3m',
    summary: 'Federation partners fail together, for a reason that they share.',
    description: `{{ $value }} partners fail together.${what}${how}${since}${who}`,
  };
}

/** Wakes nobody: it holds the alerts of the members back in Alertmanager, whose labels do not change when a cause is found. */
const member: AlertRule = {
  name: 'FedmonPartnerSharesCause',
  severity: 'none',
  expr: 'max by (job, partner, cause, kind) (fedmon_partner_shared_cause_info)',
  // No later than what it holds back, and longer.
  keepFiringFor: '5m',
  summary: 'A failing partner shares its cause with others; its own alert is held back.',
  description: '{{ $labels.partner }} fails together with others ({{ $labels.kind }}). FedmonSharedCause says why.',
  dashboardQuery: '?var-partner={{ $labels.partner }}',
};

/** What fires about partners that fail together. */
export function causeAlerts(thresholds: Thresholds): readonly AlertRule[] {
  const which = urgent(thresholds);
  return [shared('critical', which), shared('warning', which), member];
}
