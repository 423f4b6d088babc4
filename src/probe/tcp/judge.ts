import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import { waitedMs, type Observation, type Step } from '../../federation/observation.ts';
import { tcpFindings as findings } from './findings.ts';
import type { TcpFacts } from './facts.ts';

/** Opinion on the connect step: pure. */
export function judgeTcp(observation: Observation<TcpFacts>, endpoint: string | null): readonly Finding[] {
  const step = observation.steps.find((each) => each.name === 'tcp_connect');
  if (step?.failure == null) return [];
  return [judgeFailure(step, step.failure, observation.facts, endpoint ?? step.target)];
}

function judgeFailure(step: Step, { code, detail }: Failure, facts: TcpFacts, endpoint: string): Finding {
  switch (code) {
    case 'tcp_refused':
      return findings.make('tcp_refused', { endpoint }, endpoint);
    case 'tcp_timeout':
    case 'deadline':
      if (facts.filtersStrangers === true) {
        return findings.make('filtered_or_down', { endpoint, afterMs: waitedMs(step) }, endpoint);
      }
      return findings.make('tcp_silent', { endpoint, afterMs: waitedMs(step) }, endpoint);
    case 'tcp_unreachable':
      return findings.make('tcp_unreachable', { endpoint, detail }, endpoint);
    case 'no_route_of_family':
      return findings.make('tcp_family_missing', { endpoint }, endpoint);
    case 'egress_denied':
      return findings.make('egress_denied', { endpoint, detail }, endpoint);
    case 'local_resource':
      return findings.make('local_resource', { endpoint, detail }, endpoint);
    default:
      return findings.make('tcp_failed', { endpoint, detail: `${code}: ${detail}` }, endpoint);
  }
}
