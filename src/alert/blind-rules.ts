import type { AlertRule } from './rules.ts';

/** One series for each vantage that does not see. */
const blindAt = '(max by (job, vantage) (fedmon_blind) == 1)';

/** One series when no vantage sees: then nothing that is said of partners is news. */
export const blindEverywhere = '(min by (job) (max by (job, vantage) (fedmon_blind)) == 1)';

const why = 'printf "fedmon_blind{job=%q,vantage=%q} == 1" $labels.job $labels.vantage | query';
const reason = '{{ . | label "reason" }}';

/** The one page for "it is us": the rules about partners are silent meanwhile, since partners are unknown. */
const blind: AlertRule = {
  name: 'FedmonBlind',
  severity: 'critical',
  expr: blindAt,
  for: '2m',
  keepFiringFor: '5m',
  summary: 'fedmon does not see: it is us, not the partners.',
  description:
    'From {{ $labels.vantage }} our canary does not pass, or nearly all partners fail at once. Partners seen from there are ' +
    `unknown, and what fails counts against none of them.{{ with ${why} }}{{ with . | first }} Reason: ${reason}; ` +
    `what it means: fedmon explain blind_${reason}.{{ end }}{{ end }}`,
};

/** Wakes nobody: it holds back in Alertmanager what is still said of partners. One blind vantage of several does not. */
const everywhere: AlertRule = {
  name: 'FedmonBlindEverywhere',
  severity: 'none',
  expr: blindEverywhere,
  // No later than what it holds back.
  keepFiringFor: '5m',
  summary: 'No vantage of fedmon sees; alerts about partners are held back.',
  description: 'The canary fails from every vantage. FedmonBlind says why, by vantage.',
};

/** The controls pass, so we see; a canary that stays broken warns of nothing. */
function canaryFailing(pace: number): AlertRule {
  return {
    name: 'FedmonCanaryFailing',
    severity: 'warning',
    expr: [
      `time() - max by (job, vantage) (fedmon_canary_last_success_timestamp_seconds) > ${String(600 * pace)}`,
      '  unless on (job, vantage)',
      blindAt,
    ].join('\n'),
    for: '10m',
    summary: 'The canary of fedmon fails while other targets can be reached.',
    description:
      'From {{ $labels.vantage }} our canary has not passed for {{ $value | humanizeDuration }}, and most of the controls ' +
      'pass: it is the canary. Until it passes, only the controls tell our blindness from a failure of partners.',
  };
}

/** What fires about our sight. */
export function blindAlerts(pace: number): readonly AlertRule[] {
  return [blind, everywhere, canaryFailing(pace)];
}
