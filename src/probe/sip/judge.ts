import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import { waitedMs, type Observation, type Step } from '../../federation/observation.ts';
import type { SipFacts } from './facts.ts';
import { sipFindings as findings } from './findings.ts';

function judgeFailure(step: Step, { code, detail }: Failure, endpoint: string): readonly Finding[] {
  switch (code) {
    case 'peer_refused_certificate':
      return []; // Nothing was asked: the refusal belongs to the admission layer.
    case 'sip_timeout':
    case 'deadline':
      return [findings.make('sip_silent', { endpoint, afterMs: waitedMs(step) }, endpoint)];
    case 'sip_no_final':
      return [findings.make('sip_no_final', { endpoint }, endpoint)];
    case 'connection_closed':
    case 'connection_reset':
      return [findings.make('sip_closed', { endpoint, detail }, endpoint)];
    case 'sip_not_sip':
      return [findings.make('sip_not_sip', { endpoint, detail }, endpoint)];
    case 'sip_malformed':
    case 'sip_too_large':
      return [findings.make('sip_malformed', { endpoint, detail }, endpoint)];
    default:
      return [findings.make('sip_failed', { endpoint, detail: `${code}: ${detail}` }, endpoint)];
  }
}

/** Answers that say the element itself, or something behind it, is unwell (facts §4.3). */
const unwell = [408, 500, 502, 505, 513];

/** Opinion on the answer: any valid final answer proves the path, then it is classified. Pure. */
export function judgeSip(observation: Observation<SipFacts>, endpointOrNull: string | null): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'sip_options');
  if (step === undefined) return [];
  const endpoint = endpointOrNull ?? step.target;
  if (step.failure !== null) return judgeFailure(step, step.failure, endpoint);
  const { status, retryAfterSeconds } = observation.facts;
  const reason = observation.facts.reason ?? '';
  if (status === null || (status >= 200 && status < 300)) return [];
  if (status === 403) return [findings.make('sip_forbidden', { endpoint, status, reason }, endpoint)];
  if (status === 503) return [findings.make('sip_unavailable', { endpoint, reason, retryAfterSeconds }, endpoint)];
  const diagnostics = observation.facts.diagnostics[0] ?? null;
  if (status === 504) return [findings.make('sip_server_timeout', { endpoint, reason, diagnostics }, endpoint)];
  if (unwell.includes(status)) {
    return [findings.make('sip_server_error', { endpoint, status, reason, diagnostics }, endpoint)];
  }
  return [findings.make('sip_answer_unusual', { endpoint, status, reason }, endpoint)];
}
