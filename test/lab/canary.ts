import type { Bench } from './bench.ts';
import { sipEdge, type LabEdge } from './edges.ts';
import { freePort } from './ports.ts';

/** The target of our own that always passes, until it is stopped. */
export interface LabCanary {
  readonly host: string;
  readonly port: number;
  /** The edge of the moment; another one after each start. */
  edge(): LabEdge;
  stop(): Promise<void>;
  /** Listens at the same port again. */
  start(): Promise<void>;
}

export async function startCanary(bench: Bench): Promise<LabCanary> {
  const host = 'sip.canary.example';
  const certificate = await bench.certificate({ names: [host] });
  // While it is stopped no outgoing connection may be given its port.
  let edge = await sipEdge({ certificate, port: await freePort() });
  bench.address(host);
  const { port } = edge;
  return {
    host,
    port,
    edge: () => edge,
    stop: () => edge.stop(),
    async start() {
      edge = await sipEdge({ certificate, port });
    },
  };
}
