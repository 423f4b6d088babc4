export const transports = ['tls', 'tcp'] as const;
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
}

/** The identity of an edge: equal for two partners exactly when one connection answers for both. */
export function edgeId(edge: Edge): string {
  return [edge.transport, edge.host, edge.port, edge.address, edge.serverName, edge.options ? 'options' : 'quiet'].join(
    '|',
  );
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
