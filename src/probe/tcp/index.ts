import { endpointName } from '../../federation/edge.ts';
import { isDirectRoutingEndpoint } from '../../federation/provider.ts';
import type { EdgeTarget, StepLimit } from '../connection.ts';
import { defineProbe, type ProbeIo } from '../probe.ts';
import type { TcpFacts } from './facts.ts';
import { tcpFindings } from './findings.ts';
import { judgeTcp } from './judge.ts';

async function observe({ edge, connection }: EdgeTarget, { limitMs }: StepLimit, io: ProbeIo): Promise<TcpFacts> {
  const { address, port } = edge;
  const outcome = await io.trail.step('tcp_connect', endpointName(edge), limitMs, (signal) =>
    io.net.connect({ address, port }, signal),
  );
  if (outcome.ok) connection.opened(outcome.value);
  const family = address.includes(':') ? 6 : 4;
  return edge.options || isDirectRoutingEndpoint(edge.host) ? { family } : { family, filtersStrangers: true };
}

/** Opening the connection to one numeric address. Specification: README.md. */
export const tcp = defineProbe<EdgeTarget, StepLimit, TcpFacts>({
  kind: 'tcp',
  about: 'tcp_connect',
  findings: tcpFindings,
  observe,
  judge: judgeTcp,
  measure: () => [],
});
