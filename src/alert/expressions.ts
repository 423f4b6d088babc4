/** When a partner was last examined, by partner and the check that its examination began with: one series each. */
export const lastRun = 'fedmon_check_last_run_timestamp_seconds';

/** The partners that were last examined more (`>`) or not more (`<=`) than three intervals ago. */
export function examined(than: '>' | '<='): string {
  return [
    `  time() - max by (job, partner) (${lastRun})`,
    `    ${than} on (job, partner)`,
    '  3 * max by (job, partner) (fedmon_partner_interval_seconds)',
  ].join('\n');
}

/** How many partners there are. */
export const partners = 'count by (job) (count by (job, partner) (fedmon_partner_info))';

/** Which share of all partners an expression counts that gives one number by job. */
export function shareOfPartners(counted: string): string {
  return `${counted}\n  / on (job)\n${partners}`;
}

/** Which share of its lifetime a certificate has left, by what it is of; the least where there are several. */
export function lifetimeLeft(certificate: 'fedmon_tls_certificate' | 'fedmon_own_certificate', of: string): string {
  const until = `${certificate}_not_after_timestamp_seconds`;
  const from = `${certificate}_not_before_timestamp_seconds`;
  return `min by (job, ${of}) (\n  (${until} - time())\n    /\n  (${until} - ${from})`;
}
