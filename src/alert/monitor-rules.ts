import { lastRun, lastRunByPartner } from './freshness.ts';
import type { AlertRule } from './rules.ts';

const summaryOfStale = 'Most federation partners have not been examined for a long time.';

const stale: AlertRule = {
  name: 'FedmonProbesStale',
  severity: 'critical',
  expr: [
    'count by (job) (',
    `  time() - ${lastRunByPartner}`,
    '    > on (job, partner)',
    '  3 * max by (job, partner) (fedmon_partner_interval_seconds)',
    ')',
    '  / on (job)',
    'count by (job) (count by (job, partner) (fedmon_partner_info))',
    '  > 0.5',
  ].join('\n'),
  for: '2m',
  keepFiringFor: '5m',
  labels: {},
  summary: summaryOfStale,
  description:
    '{{ $value | humanizePercentage }} of the partners were last examined more than three intervals ago. ' +
    'What fedmon shows about them is unknown, not good.',
  dashboardQuery: '',
};

// After a new installation or an emptied store there is no old run to be stale. Half an hour is several intervals of
// every sensible cadence.
const neverExamined: AlertRule = {
  name: 'FedmonProbesStale',
  severity: 'warning',
  expr: [
    'count by (job) (',
    '  count by (job, partner) (fedmon_partner_info)',
    '    unless on (job, partner)',
    `  ${lastRun}`,
    ')',
    '  / on (job)',
    'count by (job) (count by (job, partner) (fedmon_partner_info))',
    '  > 0.5',
  ].join('\n'),
  for: '30m',
  keepFiringFor: null,
  labels: {},
  summary: summaryOfStale,
  description: '{{ $value | humanizePercentage }} of the partners have not been examined at all.',
  dashboardQuery: '',
};

const storeDown: AlertRule = {
  name: 'FedmonStoreDown',
  severity: 'critical',
  expr: 'max by (job) (fedmon_store_up) == 0',
  for: '2m',
  keepFiringFor: '5m',
  labels: {},
  summary: 'fedmon cannot read its store.',
  description:
    'fedmon ({{ $labels.job }}) has not reached Redis for two minutes: nothing is examined, and partner alerts are ' +
    'silent or resolve without any partner having recovered.',
  dashboardQuery: '',
};

const reloadFailed: AlertRule = {
  name: 'FedmonConfigReloadFailed',
  severity: 'warning',
  expr: 'max by (job, instance) (fedmon_config_last_reload_successful) == 0',
  for: '5m',
  keepFiringFor: null,
  labels: {},
  summary: 'fedmon cannot use its new configuration.',
  description:
    '{{ $labels.instance }} ({{ $labels.job }}) could not use the configuration when it last read it, and works with the ' +
    'one before. Partners that were added are not watched.',
  dashboardQuery: '',
};

const ownUntil = 'fedmon_own_certificate_not_after_timestamp_seconds';
const ownFrom = 'fedmon_own_certificate_not_before_timestamp_seconds';

/** Ours is ours to renew, so it is told early, and one that has expired goes on firing. */
function ownCertificateExpiring(severity: AlertRule['severity'], share: string): AlertRule {
  return {
    name: 'FedmonOwnCertificateExpiring',
    severity,
    expr: `min by (job, certificate) (\n  (${ownUntil} - time())\n    /\n  (${ownUntil} - ${ownFrom})\n) < ${share}`,
    for: '15m',
    keepFiringFor: '5m',
    labels: {},
    summary: 'A certificate of our own expires soon, or has expired.',
    description:
      'Our certificate {{ $labels.certificate }} has {{ $value | humanizePercentage }} of its lifetime left. ' +
      'When it ends, every partner that checks certificates refuses us.',
    dashboardQuery: '',
  };
}

/** `absent` keeps the labels of a plain selector only, and this one is compared; so the job is a static label. */
function absent(job: string): AlertRule {
  return {
    name: 'FedmonAbsent',
    severity: 'critical',
    expr: `absent(up{job="${job}"} == 1)`,
    for: '5m',
    keepFiringFor: null,
    labels: { job },
    summary: 'Prometheus gets nothing from fedmon.',
    description: `No target of the scrape job ${job} answers: nobody is watching the federation partners.`,
    dashboardQuery: '',
  };
}

const ownExpiring = [ownCertificateExpiring('critical', '0.125'), ownCertificateExpiring('warning', '0.25')];

/** What fires about fedmon itself: while one of these does, silence about partners means nothing. */
export function monitorAlerts(job: string): readonly AlertRule[] {
  return [stale, neverExamined, storeDown, reloadFailed, ...ownExpiring, absent(job)];
}
