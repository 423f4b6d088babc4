import type { Transport } from './edge.ts';
import { providerOf } from './provider.ts';

/** One place that DNS named. */
export interface SeenTarget {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly priority: number;
}

/** What matters of a certificate when it is compared with an earlier one. Instants are UTC ISO 8601. */
export interface SeenCertificate {
  /** `host:port`: all addresses behind it are one place. */
  readonly endpoint: string;
  readonly issuer: string;
  readonly subject: string;
  /** Sorted; null when there are more than `maxComparedNames`. */
  readonly names: readonly string[] | null;
  readonly fingerprint256: string;
  readonly notAfter: string;
}

/** A host and all its addresses. */
export interface SeenHost {
  readonly host: string;
  readonly addresses: readonly string[];
}

/** What one examination proved about how a partner is reached. What it did not prove is not in it. */
export interface Sight {
  readonly domain: string;
  /** The slot of the evidence and when the route was looked up, epoch milliseconds. */
  readonly slotMs: number;
  readonly atMs: number;
  /** What of our own configuration decides the route: when it is another, what was learned before is of no use. */
  readonly asked: string;
  /** Whether an edge proved that the partner works. */
  readonly works: boolean;
  /** Null: the answer was cut, failed, or our resolvers see different things. */
  readonly targets: readonly SeenTarget[] | null;
  readonly hosts: readonly SeenHost[];
  readonly certificates: readonly SeenCertificate[];
}

/** A certificate for more names than this serves many customers, and is another one whenever any of them comes or goes. */
export const maxComparedNames = 20;

/** How a target is named to people. */
export function targetName({ host, port, transport }: Pick<SeenTarget, 'host' | 'port' | 'transport'>): string {
  return `${host}:${String(port)}${transport === 'tls' ? '' : ` (${transport})`}`;
}

/** The organisation in a distinguished name: certificate authorities change their intermediates at every renewal. */
export function organisationOf(distinguishedName: string): string {
  const parts = distinguishedName.split(/, (?=[A-Za-z]+=)/);
  return parts.find((part) => part.startsWith('O='))?.slice('O='.length) ?? distinguishedName;
}

/**
 * Who runs a host, as far as its name tells: a known provider, the partner itself, or the domain the host stands in.
 * Under a country code a short second level (`co.uk`) is part of the ending.
 */
export function operatorOf(host: string, domain: string): string {
  const provider = providerOf(host);
  if (provider !== null) return provider.id;
  if (host === domain || host.endsWith(`.${domain}`)) return domain;
  const labels = host.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  return labels.slice(top.length === 2 && second.length <= 3 ? -3 : -2).join('.');
}
