import { clockDifference, span } from '../../federation/clock-doubt.ts';
import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import { waitedMs, type Observation, type Step } from '../../federation/observation.ts';
import { diagnosticIds } from './diagnostic-ids.ts';
import { withoutSource } from './diagnostics.ts';
import type { SipFacts } from './facts.ts';
import { sipFindings as findings } from './findings.ts';
import { responseRow } from './responses.ts';

function judgeFailure(step: Step, { code, detail }: Failure, facts: SipFacts, endpoint: string): readonly Finding[] {
  switch (code) {
    case 'peer_refused_certificate':
      return []; // Nothing was asked: the refusal belongs to the admission layer.
    case 'sip_timeout':
    case 'deadline':
      return [judgeSilence(waitedMs(step), facts, endpoint)];
    case 'sip_no_final':
      return [findings.make('sip_no_final', { endpoint }, endpoint)];
    case 'udp_refused':
      return [findings.make('sip_udp_refused', { endpoint }, endpoint)];
    case 'udp_unreachable':
      return [findings.make('sip_udp_unreachable', { endpoint, detail }, endpoint)];
    case 'sip_request_too_long':
      return [findings.make('sip_request_too_long', { endpoint, detail }, endpoint)];
    case 'no_route_of_family':
      return [findings.make('tcp_family_missing', { endpoint }, endpoint)];
    case 'egress_denied':
      return [findings.make('egress_denied', { endpoint, detail }, endpoint)];
    case 'local_resource':
      return [findings.make('local_resource', { endpoint, detail }, endpoint)];
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

/** Below UDP there is no connection that stands: its silence says less. */
function judgeSilence(afterMs: number, { sent }: SipFacts, endpoint: string): Finding {
  return sent === undefined
    ? findings.make('sip_silent', { endpoint, afterMs }, endpoint)
    : findings.make('sip_udp_silent', { endpoint, afterMs, sent }, endpoint);
}

/** A line of theirs that adds to a failure; a `Warning` is shown without the name of the server that wrote it. */
function warningText(warning: string | null): string | null {
  const [, code, text] = /^([1-9][0-9]{2}) \S+ "([^"]*)/.exec(warning ?? '') ?? [];
  return code === undefined || text === undefined ? warning : `${code} ${text}`;
}

function judgeAnswer(status: number, facts: SipFacts, endpoint: string): readonly Finding[] {
  const reason = facts.reason ?? '';
  const [line] = facts.diagnostics;
  const diagnostics = line === undefined ? null : withoutSource(line);
  const warning = warningText(facts.warning);
  // Max-Forwards ended where it was told to: at the first hop, which is the one in question.
  if (status === 483 && facts.maxForwards === 0) return [];
  switch (responseRow(status).class) {
    case 'works':
      return [];
    case 'refused':
      return [findings.make('sip_forbidden', { endpoint, status, reason, warning }, endpoint)];
    case 'overloaded': {
      const { retryAfterSeconds } = facts;
      return [findings.make('sip_unavailable', { endpoint, reason, retryAfterSeconds, warning }, endpoint)];
    }
    case 'ambiguous':
      return [findings.make('sip_server_timeout', { endpoint, reason, diagnostics, warning }, endpoint)];
    case 'unwell':
      return [findings.make('sip_server_error', { endpoint, status, reason, diagnostics, warning }, endpoint)];
    case 'unusual':
      return [findings.make('sip_answer_unusual', { endpoint, status, reason }, endpoint)];
  }
}

function judgeContradiction(status: number, { contradicted = [] }: SipFacts, endpoint: string): readonly Finding[] {
  if (contradicted.length === 0) return [];
  return [findings.make('sip_contradicted', { endpoint, status, others: contradicted.join(', ') }, endpoint)];
}

function judgeDate({ date = null }: SipFacts, endpoint: string): readonly Finding[] {
  const aheadMs = date === null ? null : clockDifference({ says: date.says, at: date.heardAt });
  if (date === null || aheadMs === null) return [];
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  return [findings.make('sip_clock_differs', { endpoint, says: date.says, by: span(aheadMs), way }, endpoint)];
}

/** One note an id: servers on the way stack theirs, and may repeat what another said. */
function judgeDiagnostics({ decoded = [] }: SipFacts, endpoint: string): readonly Finding[] {
  const firsts = decoded.filter(({ id }, at) => decoded.findIndex((each) => each.id === id) === at);
  return firsts.map(({ id, reason }) => {
    const row = diagnosticIds.get(id);
    const { means = null, side = 'unknown', action = null } = row ?? {};
    return findings.make('sip_diagnostics', { endpoint, id, reason, means, side, action }, endpoint);
  });
}

/** They asked us not to ask: what they said last stands. */
function judgeKept({ at, kept }: Observation<SipFacts>, endpoint: string): readonly Finding[] {
  if (kept === undefined) return [];
  const because =
    kept.why === 'retry_after' ? 'its Retry-After asked us to wait' : 'it kept refusing us, so we ask less often';
  return [findings.make('sip_asked_less', { endpoint, at, until: kept.until, because }, endpoint)];
}

/** Opinion on the answer: every valid final answer proves the path, then it is classified. Pure. */
export function judgeSip(observation: Observation<SipFacts>, endpointOrNull: string | null): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'sip_options');
  if (step === undefined) return [];
  const endpoint = endpointOrNull ?? step.target;
  const { facts } = observation;
  if (step.failure !== null) return judgeFailure(step, step.failure, facts, endpoint);
  if (facts.status === null) return [];
  return [
    ...judgeAnswer(facts.status, facts, endpoint),
    ...judgeContradiction(facts.status, facts, endpoint),
    ...judgeDiagnostics(facts, endpoint),
    ...judgeDate(facts, endpoint),
    ...judgeKept(observation, endpoint),
  ];
}
