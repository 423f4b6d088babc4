import { alertMeaning } from '../../federation/alert.ts';
import type { Finding } from '../../federation/finding.ts';
import type { Observation } from '../../federation/observation.ts';
import { refusalOf, type AdmissionFacts, type RefusalForm } from './facts.ts';
import { admissionFindings as findings } from './findings.ts';

const forms: Readonly<Record<RefusalForm, string>> = {
  alert_in_handshake: 'inside the handshake',
  alert_after_handshake: 'after the handshake',
  reset: 'reset the connection',
  closed: 'closed the connection',
};

/** What was on the table when they hung up. */
function after({ offeredCertificate, certificateRequested }: AdmissionFacts): string {
  if (certificateRequested === false) return 'they had asked for no certificate';
  return offeredCertificate ? 'after we had shown ours' : 'after we had shown none';
}

/** Opinion on whether they let us in: pure. Silence proves nothing and is left to the SIP kind. */
export function judgeAdmission(
  observation: Observation<AdmissionFacts>,
  endpointOrNull: string | null,
): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'admission');
  if (step?.failure == null) return [];
  const endpoint = endpointOrNull ?? step.target;
  const { facts } = observation;
  const { detail } = step.failure;
  // Evidence of earlier versions does not tell the form; the protocol is not in it either.
  const refusal = facts.refusal ?? refusalOf(step.failure, null);
  if (refusal === null) return [];
  const form = forms[refusal.form];
  if (refusal.form === 'reset' || refusal.form === 'closed') {
    const args = { endpoint, detail, offered: facts.offeredCertificate, form, after: after(facts) };
    return [findings.make('admission_closed', args, endpoint)];
  }
  if (!facts.offeredCertificate) {
    return [findings.make('admission_certificate_required', { endpoint, alert: detail, form }, endpoint)];
  }
  const because = alertMeaning(refusal.alert?.number ?? -1) ?? 'they do not say why';
  return [findings.make('admission_refused', { endpoint, alert: detail, because, form }, endpoint)];
}
