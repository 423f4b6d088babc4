import { shareOfPartners } from './expressions.ts';
import type { AlertRule } from './rules.ts';
import type { Thresholds } from './settings.ts';

// Who shares a cause with others is told by FedmonSharedCause.
const failing = [
  'count by (job) (',
  '  (max by (job, partner) (fedmon_partner_state{state=~"unreachable|misconfigured|refused"}) == 1)',
  '    unless on (job, partner)',
  '  fedmon_partner_shared_cause_info',
  ')',
].join('\n');

/** So many at once have a reason in common, and it is more often ours than theirs. */
function manyFailing({ manyFailing: share, manyAtLeast }: Thresholds): AlertRule {
  return {
    name: 'FedmonManyPartnersFailing',
    severity: 'critical',
    expr: `${shareOfPartners(failing)}\n  > ${String(share)}\n  and on (job)\n${failing} >= ${String(manyAtLeast)}`,
    // An interval: by then everybody had a slot, and if they share something, that was found and is told instead.
    for: '5m',
    keepFiringFor: '3m',
    summary: 'Many federation partners fail at once.',
    description:
      '{{ $value | humanizePercentage }} of the partners fail, each as if alone. So many at once have a reason in common: look ' +
      'for it on our side first (certificate, egress, resolver), then at what the failing ones share.',
  };
}

/** What fires about the fleet as a whole. */
export function fleetAlerts(thresholds: Thresholds): readonly AlertRule[] {
  return [manyFailing(thresholds)];
}
