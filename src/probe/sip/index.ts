import { randomBytes } from 'node:crypto';
import { endpointName } from '../../federation/edge.ts';
import type { Observation } from '../../federation/observation.ts';
import type { EdgeTarget } from '../connection.ts';
import { defineProbe, type ProbeIo, type Sample } from '../probe.ts';
import type { SipFacts } from './facts.ts';
import { sipFindings } from './findings.ts';
import { judgeSip } from './judge.ts';
import { factsOf, noFacts } from './read-facts.ts';
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

async function observe({ edge, connection }: EdgeTarget, settings: SipSettings, io: ProbeIo): Promise<SipFacts> {
  const ids = freshIds(settings.domain);
  const request = optionsRequest(edge, settings, ids);
  const { link } = connection;
  const outcome = await io.trail.step('sip_options', endpointName(edge), settings.limitMs, (signal) =>
    exchange(link, request, ids, signal),
  );
  const requestUri = `sip:${edge.serverName}`;
  return outcome.ok ? factsOf(requestUri, outcome.value.final, outcome.value.provisional) : noFacts(requestUri);
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
