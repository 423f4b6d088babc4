import type { Finding } from '../../federation/finding.ts';
import type { Observation } from '../../federation/observation.ts';
import type { AdmissionFacts } from './facts.ts';
import { admissionFindings as findings } from './findings.ts';

/** Opinion on whether they let us in: pure. Silence proves nothing and is left to the SIP kind. */
export function judgeAdmission(
  observation: Observation<AdmissionFacts>,
  endpointOrNull: string | null,
): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'admission');
  if (step?.failure == null) return [];
  const endpoint = endpointOrNull ?? step.target;
  const { code, detail } = step.failure;
  if (code === 'peer_refused_certificate') {
    const refused = observation.facts.offeredCertificate ? 'admission_refused' : 'admission_certificate_required';
    return [findings.make(refused, { endpoint, alert: detail }, endpoint)];
  }
  if (code === 'connection_closed' || code === 'connection_reset' || code === 'tls_closed' || code === 'tls_reset') {
    return [findings.make('admission_closed', { endpoint, detail }, endpoint)];
  }
  return [];
}
