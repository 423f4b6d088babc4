import { endpointName } from '../../federation/edge.ts';
import type { Observation } from '../../federation/observation.ts';
import { hops } from '../../federation/partner.ts';
import type { Stop } from '../../net/deadline.ts';
import type { EdgeTarget } from '../connection.ts';
import { defineProbe, type ProbeIo, type Sample } from '../probe.ts';
import { exchangeDatagrams } from './datagram-transaction.ts';
import type { Asked, SipFacts } from './facts.ts';
import { sipFindings } from './findings.ts';
import { judgeSip } from './judge.ts';
import { factsOf, noFacts } from './read-facts.ts';
import type { Answer } from './hearing.ts';
import { randomHex } from './random-hex.ts';
import { idsFrom, randomOctets, sendableRequest, type Sender } from './request.ts';
import { exchange } from './transaction.ts';

export interface SipSettings extends Sender {
  readonly limitMs: number;
}

/** Of branch, tag and Call-ID; fresh for every request: 128 bits each, so that nobody off the path can guess an answer (RFC 3261 §8.1.1). */
function freshRandom(): readonly string[] {
  return [freshHex(), freshHex(), freshHex()];
}

const freshHex = randomHex(randomOctets / 2);

/** The transaction over what the edge speaks; for UDP a socket of its own is opened and closed here. */
async function talk(
  { edge, connection }: EdgeTarget,
  settings: SipSettings,
  { net, clock }: ProbeIo,
  { random, sending }: { readonly random: readonly string[]; readonly sending: () => void },
  signal: Stop,
): Promise<Answer> {
  const ids = idsFrom(random, settings);
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
  const random = freshRandom();
  const outcome = await io.trail.step('sip_options', endpointName(edge), settings.limitMs, (signal) =>
    talk(target, settings, io, { random, sending }, signal),
  );
  const asked: Asked = {
    requestUri: `sip:${edge.serverName}`,
    ...(edge.transport === 'udp' ? { sent } : {}),
    ...hops(edge.maxForwards),
    random,
  };
  return outcome.ok ? factsOf(asked, outcome.value, io.clock.wall()) : noFacts(asked);
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
