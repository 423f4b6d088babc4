import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clouds } from '../../src/federation/provider.ts';
import { authority, leaf, rsaKeys, type Leaf } from '../lab/certificates.ts';
import { startDnsServer, type Zone } from '../lab/dns-server.ts';
import { freePort } from '../lab/ports.ts';
import { placesEach, startServers } from './servers.ts';
import type { Place, Seen, Serve, Silence } from './world-child.ts';

export const keyTypes = ['rsa-2048', 'p-256'] as const;
export type KeyType = (typeof keyTypes)[number];

/** What is to be watched. */
export interface Plan {
  readonly keyType: KeyType;
  readonly partners: number;
  readonly edgesEach: 1 | 2;
  /** So many partners lead to the same edges, those of a hosting provider; 1: each has its own. */
  readonly sharers: number;
  /** The last so many partners lead to edges that accept and say nothing; 0 unless told. */
  readonly silent?: number;
  /** Nobody is asked for a certificate. */
  readonly open?: boolean;
}

export interface WorldEdge extends Place {
  readonly host: string;
}

export interface WorldPartner {
  readonly domain: string;
  readonly edges: readonly WorldEdge[];
  readonly silent: boolean;
}

/** A federation on loopback: each edge is an address and port of its own, wants a client certificate and answers OPTIONS. */
export interface World {
  readonly plan: Plan;
  readonly folder: string;
  readonly partners: readonly WorldPartner[];
  readonly dnsPort: number;
  readonly caFile: string;
  /** Of the client that probes. */
  readonly certFile: string;
  readonly keyFile: string;
  /** What the servers saw so far, and how often a route was looked up. */
  seen(): Promise<Seen & { readonly routes: number }>;
  /** What the silent edges do from now on; at first they keep connections. */
  silent(silence: Silence): void;
  stop(): Promise<void>;
}

/** Beyond so many edges they share certificates, ten to one: to make them takes longer than to measure. */
const ownCertificates = 2_000;
const namesEach = 10;
const routeOf = (domain: string): string => `_sipfederationtls._tcp.${domain}`;

/** One edge of its own: an address of its own, too, as 127.0.0.0/8 has plenty. */
const ownAddress = (n: number): string => `127.1.${String(n >> 8)}.${String(n & 255)}`;

/** Of providers: nobody else listens there, so that a row of ports is free. */
const providerAddress = `127.2.${String((process.pid >> 8) & 255)}.${String(process.pid & 255 || 1)}`;

/** Who leads where. Shared edges are those of providers, at one address and a port each. */
function layOut({ partners, edgesEach, sharers, silent = 0 }: Plan, port: number): readonly WorldPartner[] {
  const shared = sharers > 1;
  return Array.from({ length: partners }, (_, n) => {
    const domain = `p${String(n).padStart(5, '0')}.example`;
    const group = Math.floor(n / sharers);
    const edges = Array.from({ length: edgesEach }, (__, at) => {
      const number = group * edgesEach + at;
      const host = shared ? (clouds[at]?.hosts[0] ?? '') : `sip${at === 0 ? '' : String(at + 1)}.${domain}`;
      return { host, address: shared ? providerAddress : ownAddress(number), port: shared ? port + number : port };
    });
    return { domain, edges, silent: n >= partners - silent };
  });
}

function publish(zone: Zone, partners: readonly WorldPartner[]): void {
  zone.set('ns.example A', [{ type: 'A', data: '127.0.0.1' }]);
  for (const { domain, edges } of partners) {
    const target = ({ host, port }: WorldEdge, at: number) =>
      ({ type: 'SRV', priority: 10 * (at + 1), weight: 50, port, target: host }) as const;
    zone.set(`${routeOf(domain)} SRV`, edges.map(target));
    zone.set(`${domain} NS`, [{ type: 'NS', data: 'ns.example' }]);
    for (const { host, address } of edges) {
      zone.set(`${host} A`, [{ type: 'A', data: address }]);
      // There is none, said at once: to find that out the server would look through all names.
      zone.set(`${host} AAAA`, []);
    }
  }
}

const keyOf = ({ address, port }: Place): string => `${address}:${String(port)}`;

/** What each process of servers is given. */
async function served(
  plan: Plan,
  partners: readonly WorldPartner[],
  make: (names: readonly string[]) => Promise<Leaf>,
  clientAuthority: string | null,
): Promise<readonly Serve[]> {
  const unique = (of: readonly WorldPartner[]): readonly WorldEdge[] => [
    ...new Map(of.flatMap(({ edges }) => edges.map((edge) => [keyOf(edge), edge] as const))).values(),
  ];
  const [talking, silent] = [
    unique(partners.filter((each) => !each.silent)),
    unique(partners.filter((each) => each.silent)),
  ];
  const each = plan.sharers === 1 && talking.length > ownCertificates ? namesEach : 1;
  const shares: Serve[] = [];
  for (let from = 0; from < Math.max(talking.length, 1); from += placesEach) {
    const part: { cert: string; key: string; places: readonly WorldEdge[] }[] = [];
    for (let at = from; at < Math.min(from + placesEach, talking.length); at += each) {
      const places = talking.slice(at, at + each);
      const { chainPem, keyPem } = await make(places.map(({ host }) => host));
      part.push({ cert: chainPem, key: keyPem, places });
    }
    shares.push({ clientAuthority, served: part, silent: from === 0 ? silent : [] });
  }
  return shares;
}

/** The client and all servers have keys of one type; of RSA they share one, which takes long to make and changes no cost. */
export async function startWorld(plan: Plan): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-bench-'));
  const dns = await startDnsServer();
  const trusted = await authority('Trusted CA');
  const keys = plan.keyType === 'rsa-2048' ? { keys: await rsaKeys() } : {};
  const make = (names: readonly string[]): Promise<Leaf> => leaf({ names, issuer: trusted, ...keys });
  const client = await make(['mon.example']);
  const partners = layOut(plan, await freePort());
  publish(dns.zone, partners);
  const servers = await startServers(await served(plan, partners, make, plan.open === true ? null : trusted.certPem));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const routes = (): number => {
    let sum = 0;
    for (const [what, times] of dns.asked) if (what.startsWith('_sipfederationtls._tcp.')) sum += times;
    return sum;
  };
  return {
    plan,
    folder,
    partners,
    dnsPort: dns.port,
    caFile: file('ca.pem', trusted.certPem),
    certFile: file('client.pem', client.chainPem),
    keyFile: file('client.key', client.keyPem),
    seen: async () => ({ ...(await servers.seen()), routes: routes() }),
    silent: (silence) => servers.silent(silence),
    async stop() {
      await servers.stop();
      await dns.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
