import { authority, leaf, type Authority, type LeafOptions, type Leaf } from './certificates.ts';
import type { Zone } from './dns-server.ts';
import type { LabEdge } from './edges.ts';

/** What the stories of the fleet are built with. */
export interface Bench {
  readonly zone: Zone;
  /** The authority that the config trusts. */
  readonly trusted: Authority;
  /** An authority that nobody trusts, and that trusts nobody of ours. */
  readonly stranger: Authority;
  certificate(options: Partial<LeafOptions> & Pick<LeafOptions, 'names'>): Promise<Leaf>;
  /** Publishes `_sipfederationtls._tcp.<domain>`, in the order of preference. */
  srv(domain: string, targets: readonly { readonly host: string; readonly port: number }[]): void;
  address(host: string, address?: string): void;
  /** One edge at `sip.<domain>`, published with SRV and address. */
  single(domain: string, open: (certificate: Leaf) => Promise<LabEdge>, how?: Partial<LeafOptions>): Promise<LabEdge[]>;
}

export async function createBench(zone: Zone): Promise<Bench> {
  const [trusted, stranger] = await Promise.all([authority('Trusted CA'), authority('Stranger CA')]);
  const bench: Bench = {
    zone,
    trusted,
    stranger,
    certificate: (options) => leaf({ issuer: trusted, ...options }),
    srv(domain, targets) {
      const records = targets.map(({ host, port }, at) => ({
        type: 'SRV' as const,
        priority: 10 * (at + 1),
        weight: 50,
        port,
        target: host,
      }));
      zone.set(`_sipfederationtls._tcp.${domain} SRV`, records);
    },
    address(host, address = '127.0.0.1') {
      zone.set(`${host} A`, [{ type: 'A', data: address }]);
    },
    async single(domain, open, how = {}) {
      const host = `sip.${domain}`;
      const edge = await open(await bench.certificate({ names: [host, domain], ...how }));
      bench.srv(domain, [{ host, port: edge.port }]);
      bench.address(host);
      return [edge];
    },
  };
  return bench;
}
