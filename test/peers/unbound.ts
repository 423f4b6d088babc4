import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import type { DnsServer } from '../../src/net/net.ts';
import type { Leaf } from '../lab/certificates.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { answersDns } from './dns-ready.ts';
import { startPeer, type Peer } from './program.ts';
import { zoneFile, type Zones } from './zone.ts';
import { knotServer } from './knot.ts';

/** Starts knotd, authoritative for these zones, all of them signed with keys of its own. */
export function startSigning(tool: Tool, zones: Zones): Promise<Peer<DnsServer>> {
  return startPeer(tool, async (folder) => {
    const server = { address: '127.0.0.1', port: await freePort() };
    const names = Object.keys(zones);
    writeFileSync(join(folder, 'knot.conf'), signing(folder, server, names));
    mkdirSync(join(folder, 'run'));
    for (const name of names) writeFileSync(join(folder, `${name}.zone`), zoneFile(name, zones[name] ?? ''));
    return {
      args: ['-c', join(folder, 'knot.conf')],
      // It answers before it has signed.
      answers: async () =>
        (await answersDns(server)) && (await Promise.all(names.map((name) => keyOf(server, name)))).every(Boolean)
          ? server
          : null,
    };
  });
}

function signing(folder: string, server: DnsServer, names: readonly string[]): string {
  return `${knotServer(folder, server)}policy:
  - id: fast
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    dnssec-signing: on
    dnssec-policy: fast
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
zone:
${names.map((name) => `  - domain: ${name}`).join('\n')}
`;
}

/** The public key of a zone in master file form; null while there is none. */
export function keyOf(server: DnsServer, name: string): Promise<string | null> {
  const query = encode({ type: 'query', id: 1, questions: [{ type: 'DNSKEY', name, class: 'IN' }] });
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => done(null), 500);
    const done = (key: string | null): void => {
      clearTimeout(timer);
      socket.close();
      resolve(key);
    };
    socket.once('error', () => done(null));
    socket.once('message', (bytes) => {
      const record = decode(bytes).answers?.find((each) => each.type === 'DNSKEY');
      if (record === undefined) {
        done(null);
        return;
      }
      const { flags, algorithm, key } = record.data;
      done(`${name}. IN DNSKEY ${String(flags)} 3 ${String(algorithm)} ${key.toString('base64')}`);
    });
    socket.connect(server.port, server.address, () => socket.send(query));
  });
}

export interface Resolving {
  /** Who is authoritative for each zone, also when it is down; nobody else is ever asked. */
  readonly zones: Readonly<Record<string, DnsServer>>;
  /** Trust anchors in master file form: what is below them must verify. */
  readonly anchors: readonly string[];
  /** What unbound takes for now when it looks at signatures, as `YYYYMMDDHHMMSS`. */
  readonly today?: string;
  /** Serves over TLS, too, with this certificate. */
  readonly certificate?: Leaf;
  /** Asks the authorities each time. */
  readonly forgets?: true;
}

/** All these zones, with one authority. */
export function servedBy(authority: DnsServer, zones: readonly string[]): Resolving['zones'] {
  return Object.fromEntries(zones.map((name) => [name, authority]));
}

/** Where it answers in plain and, with a certificate, over TLS. */
export interface Unbound extends DnsServer {
  readonly tlsPort: number;
}

/** Starts unbound, which resolves and verifies. */
export function startUnbound(tool: Tool, resolving: Resolving): Promise<Peer<Unbound>> {
  return startPeer(tool, async (folder) => {
    const server = { address: '127.0.0.1', port: await freePort(), tlsPort: await freePort() };
    const { certificate } = resolving;
    if (certificate !== undefined) {
      writeFileSync(join(folder, 'tls.pem'), certificate.chainPem);
      writeFileSync(join(folder, 'tls.key'), certificate.keyPem);
    }
    const file = join(folder, 'unbound.conf');
    writeFileSync(file, configuration(folder, server, resolving));
    return { args: ['-d', '-c', file], answers: async () => ((await answersDns(server)) ? server : null) };
  });
}

function configuration(folder: string, server: Unbound, resolving: Resolving): string {
  const { zones, anchors, today, certificate, forgets } = resolving;
  const overTls = [
    `interface: ${server.address}@${String(server.tlsPort)}`,
    `tls-port: ${String(server.tlsPort)}`,
    `tls-service-pem: "${join(folder, 'tls.pem')}"`,
    `tls-service-key: "${join(folder, 'tls.key')}"`,
  ];
  const lines = [
    ...(certificate === undefined ? [] : overTls),
    ...anchors.map((anchor) => `trust-anchor: "${anchor}"`),
    ...(forgets === undefined ? [] : ['cache-max-ttl: 0', 'cache-max-negative-ttl: 0']),
    ...(today === undefined ? [] : [`val-override-date: "${today}"`]),
  ];
  return `server:
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${join(folder, 'pid')}"
  use-syslog: no
  num-threads: 1
  interface: ${server.address}@${String(server.port)}
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  do-not-query-localhost: no
  local-zone: "." refuse
  local-zone: "example." transparent
  module-config: "validator iterator"
${lines.map((line) => `  ${line}`).join('\n')}
remote-control:
  control-enable: no
${Object.entries(zones)
  .map(([name, { address, port }]) => `stub-zone:\n  name: "${name}"\n  stub-addr: ${address}@${String(port)}`)
  .join('\n')}
`;
}
