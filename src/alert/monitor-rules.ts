import { blindEverywhere } from './blind-rules.ts';
import { examined, lastRun, lifetimeLeft, shareOfPartners } from './expressions.ts';
import type { AlertRule } from './rules.ts';
import type { Thresholds } from './settings.ts';

const summaryOfStale = 'Most federation partners have not been examined for a long time.';

const overdue = `count by (job) (\n${examined('>')}\n)`;
const unexamined = [
  'count by (job) (',
  '  count by (job, partner) (fedmon_partner_info)',
  '    unless on (job, partner)',
  `  ${lastRun}`,
  ')',
].join('\n');

function stale(share: number): AlertRule {
  return {
    name: 'FedmonProbesStale',
    severity: 'critical',
    expr: [
      shareOfPartners(overdue),
      `  > ${String(share)}`,
      // What fails is not kept while we do not see: FedmonBlind says so already.
      '  unless on (job)',
      blindEverywhere,
    ].join('\n'),
    for: '2m',
    keepFiringFor: '5m',
    summary: summaryOfStale,
    description:
      '{{ $value | humanizePercentage }} of the partners were last examined more than three intervals ago. ' +
      'What fedmon shows about them is unknown, not good.',
  };
}

// After a new installation or an emptied store there is no old run to be stale. Half an hour is several intervals of
// every sensible cadence.
function neverExamined(share: number): AlertRule {
  return {
    name: 'FedmonProbesStale',
    severity: 'warning',
    expr: `${shareOfPartners(unexamined)}\n  > ${String(share)}`,
    for: '30m',
    summary: summaryOfStale,
    description: '{{ $value | humanizePercentage }} of the partners have not been examined at all.',
  };
}

const storeDown: AlertRule = {
  name: 'FedmonStoreDown',
  severity: 'critical',
  expr: 'max by (job) (fedmon_store_up) == 0',
  for: '2m',
  keepFiringFor: '5m',
  summary: 'fedmon cannot read its store.',
  description:
    'fedmon ({{ $labels.job }}) has not reached Redis for two minutes: nothing is examined, and partner alerts are ' +
    'silent or resolve without any partner having recovered.',
};

const reloadFailed: AlertRule = {
  name: 'FedmonConfigReloadFailed',
  severity: 'warning',
  expr: 'max by (job, instance) (fedmon_config_last_reload_successful) == 0',
  for: '5m',
  summary: 'fedmon cannot use its new configuration.',
  description:
    '{{ $labels.instance }} ({{ $labels.job }}) could not use the configuration when it last read it, and works with the ' +
    'one before. Partners that were added are not watched.',
};

/** Ours is ours to renew, so it is told early, and one that has expired goes on firing. */
function ownCertificateExpiring(severity: AlertRule['severity'], share: string): AlertRule {
  return {
    name: 'FedmonOwnCertificateExpiring',
    severity,
    expr: `${lifetimeLeft('fedmon_own_certificate', 'certificate')}\n) < ${share}`,
    for: '15m',
    keepFiringFor: '5m',
    summary: 'A certificate of our own expires soon, or has expired.',
    description:
      'Our certificate {{ $labels.certificate }} has {{ $value | humanizePercentage }} of its lifetime left. ' +
      'When it ends, every partner that checks certificates refuses us.',
  };
}

/** `absent` keeps the labels of a plain selector only, and this one is compared; so the job is a static label. */
function absent(job: string): AlertRule {
  return {
    name: 'FedmonAbsent',
    severity: 'critical',
    expr: `absent(up{job="${job}"} == 1)`,
    for: '5m',
    labels: { job },
    summary: 'Prometheus gets nothing from fedmon.',
    description: `No target of the scrape job ${job} answers: nobody is watching the federation partners.`,
  };
}

/** Fires always: what does not get it any more (a dead-man's switch) knows that nobody would be told of anything. */
function watchdog(job: string): AlertRule {
  return {
    name: 'FedmonWatchdog',
    severity: 'none',
    expr: 'vector(1)',
    labels: { job },
    summary: 'Always fires: when it does not arrive any more, alerts do not either.',
    description: 'Nothing is wrong. Send it to a dead-man’s switch outside, and have that call you when it stays away.',
  };
}

/** What fires about fedmon itself: while one of these does, silence about partners means nothing. */
export function monitorAlerts(job: string, thresholds: Thresholds): readonly AlertRule[] {
  return [
    stale(thresholds.stale),
    neverExamined(thresholds.stale),
    storeDown,
    reloadFailed,
    ownCertificateExpiring('critical', String(thresholds.ownCertificateCritical)),
    ownCertificateExpiring('warning', String(thresholds.ownCertificateWarning)),
    absent(job),
    watchdog(job),
  ];
}
