import type { Finding } from '../../federation/finding.ts';
import type { Observation } from '../../federation/observation.ts';
import type { AdmissionFacts } from './facts.ts';
import { admissionFindings as findings } from './findings.ts';

/** What the alert says about us (RFC 8446 §6.2, facts §3.5). */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/\b48\b/, 'they do not know the authority that issued it'],
  [/\b45\b/, 'it has expired'],
  [/\b44\b/, 'it was revoked'],
  [/\b43\b/, 'it is not made for this use; client authentication is missing'],
  [/\b49\b/, 'they know it and deny access'],
];

function because(alert: string): string {
  return reasons.find(([code]) => code.test(alert))?.[1] ?? 'they do not say why';
}

/** Opinion on whether they let us in: pure. Silence proves nothing and is left to the SIP kind. */
export function judgeAdmission(
  observation: Observation<AdmissionFacts>,
  endpointOrNull: string | null,
): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'admission');
  if (step?.failure == null) return [];
  const endpoint = endpointOrNull ?? step.target;
  const { code, detail } = step.failure;
  const offered = observation.facts.offeredCertificate;
  if (code === 'peer_refused_certificate') {
    if (!offered) return [findings.make('admission_certificate_required', { endpoint, alert: detail }, endpoint)];
    return [findings.make('admission_refused', { endpoint, alert: detail, because: because(detail) }, endpoint)];
  }
  if (code === 'connection_closed' || code === 'connection_reset' || code === 'tls_closed' || code === 'tls_reset') {
    return [findings.make('admission_closed', { endpoint, detail, offered }, endpoint)];
  }
  return [];
}
