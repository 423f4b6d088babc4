import type { PartnerState } from '../federation/state.ts';
import { blindEverywhere } from './blind-rules.ts';
import { examined, lifetimeLeft, shareOfPartners } from './expressions.ts';
import type { AlertRule, AlertSeverity } from './rules.ts';
import type { Thresholds } from './settings.ts';

// A partner's state already waited for its confirmations (hysteresis), so `for` only has to outlast scrape noise: a
// longer one would delay every page, and at a five-minute interval it would count one and the same examination twice.
const scrapeNoise = '1m';
// Two missed scrapes are no recovery. And no longer: after a recovery the next slot (5 m at most), its confirmation (1 m)
// and this make less than two intervals of five minutes.
const missedScrapes = '3m';

export interface PartnerAlert {
  readonly name: string;
  readonly state: PartnerState;
  readonly summary: string;
  /** Completes "contoso.com …". */
  readonly says: string;
}

/** The states that fire for every tier, and what the alert is called. */
export const alertsOfStates: readonly PartnerAlert[] = [
  {
    name: 'FedmonPartnerUnreachable',
    state: 'unreachable',
    summary: 'A federation partner cannot be reached.',
    says: 'cannot be reached: no edge of its route gives a valid answer',
  },
  {
    name: 'FedmonPartnerMisconfigured',
    state: 'misconfigured',
    summary: 'A federation partner answers but breaks a rule that federation needs.',
    says: 'answers but breaks a rule that federation needs',
  },
  {
    name: 'FedmonPartnerRefused',
    state: 'refused',
    summary: 'A federation partner answers and does not admit us.',
    says: 'answers and does not admit us',
  },
];

/** A partner has exactly one state, so one in maintenance or unknown fires nothing here. */
function inState(state: PartnerState, tierMatcher: string): string {
  return [
    `(max by (job, partner) (fedmon_partner_state{state="${state}"}) == 1)`,
    '  * on (job, partner) group_left (tier)',
    `max by (job, partner, tier) (fedmon_partner_info{${tierMatcher}})`,
  ].join('\n');
}

/** A template that says `then` about the first series of a query, its `%q` these labels of the alert; silent without one. */
function asked(query: string, labels: readonly string[], then: string): string {
  const values = labels.map((label) => `$labels.${label}`).join(' ');
  return `{{ with printf "${query}" ${values} | query }}{{ with . | first }} ${then}{{ end }}{{ end }}`;
}

/** Of the series with the alert's own job and `label`. */
function lookup(metric: string, label: 'partner' | 'edge', then: string): string {
  return asked(`${metric}{job=%q,${label}=%q}`, ['job', label], then);
}

// When a partner recovers right after the expression was evaluated, its cause is gone when this is looked up: then the last one.
const causeSeries = 'fedmon_partner_cause_info{job=%q,partner=%q}';
const cause = asked(
  `${causeSeries} or on() last_over_time(${causeSeries}[5m])`,
  ['job', 'partner', 'job', 'partner'],
  'First failing layer: {{ . | label "layer" }} ({{ . | label "code" }}), side: {{ . | label "side" }}; ' +
    'what it means: fedmon explain {{ . | label "code" }}.',
);
const since = lookup(
  'fedmon_partner_state_since_timestamp_seconds',
  'partner',
  'Since {{ . | value | humanizeTimestamp }}.',
);

const dashboardQuery = '?var-partner={{ $labels.partner }}';
const partnerText = 'fedmon partners show {{ $labels.partner }} --letter';

function partnerRule(alert: PartnerAlert, severity: AlertSeverity, tierMatcher: string): AlertRule {
  return {
    name: alert.name,
    severity,
    expr: inState(alert.state, tierMatcher),
    for: scrapeNoise,
    keepFiringFor: missedScrapes,
    summary: alert.summary,
    description: `{{ $labels.partner }} (tier {{ $labels.tier }}) ${alert.says}.${cause}${since}`,
    dashboardQuery,
    partnerText,
  };
}

/** Not urgent, and only where someone should know all the same: partners of the critical tier. */
const degraded: AlertRule = {
  ...partnerRule(
    {
      name: 'FedmonPartnerDegraded',
      state: 'degraded',
      summary: 'A critical federation partner works only in part.',
      says: 'works, but not all of it',
    },
    'warning',
    'tier="critical"',
  ),
  for: '15m',
};

const unknown = '(max by (job, partner) (fedmon_partner_state{state="unknown"}) == 1)';

/**
 * Examined, and nothing could be proven. A partner without fresh results is FedmonProbesStale's business; and when half
 * of them are unknown, it is about us.
 */
const unproven: AlertRule = {
  name: 'FedmonPartnerUnknown',
  severity: 'warning',
  expr: [
    '(',
    `  ${unknown}`,
    '    and on (job, partner)',
    `(\n${examined('<=')})`,
    ')',
    '  * on (job, partner) group_left (tier)',
    'max by (job, partner, tier) (fedmon_partner_info)',
    '  unless on (job)',
    '(',
    shareOfPartners(`count by (job) ${unknown}`),
    '  >= 0.5',
    ')',
    '  unless on (job)',
    blindEverywhere,
  ].join('\n'),
  for: '30m',
  keepFiringFor: missedScrapes,
  summary: 'A federation partner is examined and nothing can be proven.',
  description:
    '{{ $labels.partner }} (tier {{ $labels.tier }}) is examined on time, and it could not be proven whether it works.' +
    cause +
    since,
  dashboardQuery,
  partnerText,
};

/** Enough to know whom to write to; the dashboard has the others. */
const mostNamed = 10;
const behindEdge =
  `{{ with printf "topk(${String(mostNamed)}, fedmon_partner_edge_info{job=%q,edge=%q})" $labels.job $labels.edge | query }}` +
  ' Among them:{{ range . | sortByLabel "partner" }} {{ . | label "partner" }}{{ end }}.{{ end }}';

function certificateExpiring(left: number): AlertRule {
  return {
    name: 'FedmonPartnerCertificateExpiring',
    severity: 'warning',
    // A fraction of the lifetime, not a number of days: it fits certificates of six days and of a year. One that has
    // expired is a state of the partners behind it and not about to expire.
    expr: `${lifetimeLeft('fedmon_tls_certificate', 'edge')}\n    > 0\n) < ${String(left)}`,
    for: '15m',
    keepFiringFor: missedScrapes,
    summary: 'The certificate of a federation edge expires soon.',
    description:
      'The certificate of edge {{ $labels.edge }} has {{ $value | humanizePercentage }} of its lifetime left.' +
      lookup(
        'fedmon_tls_certificate_not_after_timestamp_seconds',
        'edge',
        'It ends {{ . | value | humanizeTimestamp }}.',
      ) +
      lookup('fedmon_edge_partners', 'edge', 'Partners behind it: {{ . | value }}.') +
      behindEdge,
  };
}

/** What fires about a partner or about an edge of partners. */
export function partnerAlerts({ partnerCertificateLeft }: Thresholds): readonly AlertRule[] {
  return [
    ...alertsOfStates.flatMap((alert) => [
      partnerRule(alert, 'critical', 'tier="critical"'),
      partnerRule(alert, 'warning', 'tier!="critical"'),
    ]),
    degraded,
    unproven,
    certificateExpiring(partnerCertificateLeft),
  ];
}
