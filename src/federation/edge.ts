export const transports = ['tls', 'tcp', 'udp'] as const;
export type Transport = (typeof transports)[number];

/** One thing we connect to. Several partners may share one; it is examined once for all of them. */
export interface Edge {
  readonly transport: Transport;
  /** The SRV target or pinned host, lower case, without a final dot. */
  readonly host: string;
  readonly port: number;
  /** Numeric IPv4 or IPv6 address: what is connected to. */
  readonly address: string;
  /** The name sent as SNI and looked for in the certificate. */
  readonly serverName: string;
  /** Whether a SIP OPTIONS is sent. Direct Routing edges are judged by TLS alone. */
  readonly options: boolean;
  /** How many hops the OPTIONS may go, when the config says so (RFC 3261 §20.22); absent: the usual 70. */
  readonly maxForwards?: number;
  /** Which identity of ours is offered when the peer asks: a name of the configuration, or `none`. Absent: the one of `identity`. */
  readonly identity?: string;
}

/** The identity by which a partner is shown no certificate, whatever else is configured. */
export const noIdentity = 'none';

/** The identity of `identity.certFile` as logs, metrics and events name it; partners reach it by naming none. */
export const defaultIdentity = 'default';

/** The identity of an edge: equal for two partners exactly when one connection answers for both. */
export function edgeId(edge: Edge): string {
  const { transport, host, port, address, serverName, options, maxForwards, identity } = edge;
  const asked = !options ? 'quiet' : maxForwards === undefined ? 'options' : `options/${String(maxForwards)}`;
  const shown = identity === undefined ? [] : [identity];
  return [transport, host, port, address, serverName, asked, ...shown].join('|');
}

/** How an edge is named to people and in labels: host and port, addresses left out. */
export function edgeName(edge: Pick<Edge, 'host' | 'port'>): string {
  return `${edge.host}:${String(edge.port)}`;
}

/** How one address of an edge is named to people. */
export function endpointName(edge: Edge): string {
  const address = edge.address.includes(':') ? `[${edge.address}]` : edge.address;
  return `${edgeName(edge)} (${address})`;
}
