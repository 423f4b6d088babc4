import { randomBytes } from 'node:crypto';
import { endpointName } from '../../federation/edge.ts';
import type { Observation } from '../../federation/observation.ts';
import { hops } from '../../federation/partner.ts';
import type { EdgeTarget } from '../connection.ts';
import { defineProbe, type ProbeIo, type Sample } from '../probe.ts';
import { exchangeDatagrams } from './datagram-transaction.ts';
import type { Asked, SipFacts } from './facts.ts';
import { sipFindings } from './findings.ts';
import { judgeSip } from './judge.ts';
import { factsOf, noFacts } from './read-facts.ts';
import type { Answer } from './hearing.ts';
import { branchPrefix, sendableRequest, type Sender, type TransactionIds } from './request.ts';
import { exchange } from './transaction.ts';

export interface SipSettings extends Sender {
  readonly limitMs: number;
}

/** Fresh for every request: 128 bits each, so that nobody off the path can guess an answer (RFC 3261 §8.1.1). */
function freshIds(domain: string): TransactionIds {
  const random = (): string => randomBytes(16).toString('hex');
  return { branch: branchPrefix + random(), tag: random(), callId: `${random()}@${domain}` };
}

/** The transaction over what the edge speaks; for UDP a socket of its own is opened and closed here. */
async function talk(
  { edge, connection }: EdgeTarget,
  settings: SipSettings,
  { net, clock }: ProbeIo,
  sending: () => void,
  signal: AbortSignal,
): Promise<Answer> {
  const ids = freshIds(settings.domain);
  const request = sendableRequest(edge, settings, ids);
  if (edge.transport !== 'udp') return exchange(connection.link, request, ids, signal);
  const link = await net.datagrams({ address: edge.address, port: edge.port }, signal);
  try {
    return await exchangeDatagrams({ link, request, ids, clock, sending }, signal);
  } finally {
    link.close();
  }
}

async function observe(target: EdgeTarget, settings: SipSettings, io: ProbeIo): Promise<SipFacts> {
  const { edge } = target;
  let sent = 0;
  const sending = (): void => void (sent += 1);
  const outcome = await io.trail.step('sip_options', endpointName(edge), settings.limitMs, (signal) =>
    talk(target, settings, io, sending, signal),
  );
  const asked: Asked = {
    requestUri: `sip:${edge.serverName}`,
    ...(edge.transport === 'udp' ? { sent } : {}),
    ...hops(edge.maxForwards),
  };
  return outcome.ok ? factsOf(asked, outcome.value) : noFacts(asked);
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
