import { randomBytes } from 'node:crypto';
import { endpointName } from '../../federation/edge.ts';
import { printable } from '../../federation/failure.ts';
import type { Observation } from '../../federation/observation.ts';
import type { EdgeTarget } from '../connection.ts';
import { defineProbe, type ProbeIo, type Sample } from '../probe.ts';
import type { SipFacts } from './facts.ts';
import { sipFindings } from './findings.ts';
import { judgeSip } from './judge.ts';
import type { SipResponse } from './message.ts';
import { branchPrefix, optionsRequest, type Sender, type TransactionIds } from './request.ts';
import { exchange } from './transaction.ts';

export interface SipSettings extends Sender {
  readonly limitMs: number;
}

/** Fresh for every request: 128 bits each, so that nobody off the path can guess an answer (RFC 3261 §8.1.1). */
function freshIds(domain: string): TransactionIds {
  const random = (): string => randomBytes(16).toString('hex');
  return { branch: branchPrefix + random(), tag: random(), callId: `${random()}@${domain}` };
}

function retryAfter(response: SipResponse): number | null {
  const digits = /^\d{1,9}/.exec(response.headers.get('retry-after')?.[0] ?? '')?.[0];
  return digits === undefined ? null : Number(digits);
}

function factsOf(requestUri: string, response: SipResponse | null, provisional: number): SipFacts {
  // The stream was read as Latin-1 to count octets; texts are UTF-8 (RFC 3261 §7.3.1).
  const utf8 = (text: string): string => printable(Buffer.from(text, 'latin1').toString('utf8'));
  const first = (name: string): string | null => {
    const value = response?.headers.get(name)?.[0];
    return value === undefined ? null : utf8(value);
  };
  const all = (name: string): readonly string[] => (response?.headers.get(name) ?? []).map(utf8);
  return {
    requestUri,
    status: response?.status ?? null,
    reason: response === null ? null : utf8(response.reason),
    provisional,
    server: first('server'),
    retryAfterSeconds: response === null ? null : retryAfter(response),
    warning: first('warning'),
    allow: first('allow'),
    diagnostics: [...all('ms-diagnostics'), ...all('ms-diagnostics-public')].slice(0, 8),
  };
}

async function observe({ edge, connection }: EdgeTarget, settings: SipSettings, io: ProbeIo): Promise<SipFacts> {
  const ids = freshIds(settings.domain);
  const request = optionsRequest(edge, settings, ids);
  const { link } = connection;
  const outcome = await io.trail.step('sip_options', endpointName(edge), settings.limitMs, (signal) =>
    exchange(link, request, ids, signal),
  );
  const requestUri = `sip:${edge.serverName}`;
  return outcome.ok
    ? factsOf(requestUri, outcome.value.final, outcome.value.provisional)
    : factsOf(requestUri, null, 0);
}

function measure({ facts }: Observation<SipFacts>): readonly Sample[] {
  return facts.status === null ? [] : [{ metric: 'fedmon_sip_response_code', labels: {}, value: facts.status }];
}

/** An OPTIONS transaction on the open connection. Specification: README.md. */
export const sip = defineProbe<EdgeTarget, SipSettings, SipFacts>({
  kind: 'sip',
  about: 'sip_options',
  findings: sipFindings,
  observe,
  judge: judgeSip,
  measure,
});
