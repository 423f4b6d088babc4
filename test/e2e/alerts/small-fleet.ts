import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBench, type Bench } from '../../lab/bench.ts';
import { startCanary, type LabCanary } from '../../lab/canary.ts';
import type { LeafOptions } from '../../lab/certificates.ts';
import { startDnsServer, type DnsServer } from '../../lab/dns-server.ts';
import { sipEdge, type LabEdge, type SipSettings } from '../../lab/edges.ts';
import { freePort } from '../../lab/ports.ts';
import { startProcess, type OwnProcess } from '../../lab/process.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');

/** In fast motion a second stands for a minute: five seconds are the interval of five minutes. */
export const everyMs = 5_000;

/** How a fleet is laid out. */
export interface Layout {
  /** The scrape job that its processes stand in. */
  readonly job: string;
  /** Partners with an edge of their own: `p0.JOB.example` and so on. */
  readonly single: number;
  /** Partners behind one edge: `m0.JOB.example` and so on. */
  readonly behindOne?: number;
  /** Validity of the certificate of `p0`. */
  readonly first?: Pick<LeafOptions, 'notBefore' | 'notAfter'>;
  /** The roles of each process; a process has one listener. */
  readonly processes: readonly (readonly Role[])[];
}
export type Role = 'exporter' | 'scheduler' | 'worker';

/** A small federation on loopback with a service of its own that watches it. */
export interface SmallFleet {
  readonly job: string;
  readonly dns: DnsServer;
  readonly canary: LabCanary;
  /** `host:port` of what Prometheus scrapes. */
  readonly targets: readonly string[];
  readonly exporter: string;
  /** Stops what answers for a partner, or starts it again at the same port. */
  stopEdge(domain: string): Promise<void>;
  startEdge(domain: string): Promise<void>;
  /** `host:port` as the label of the edge of a partner. */
  edgeName(domain: string): string;
  /** The first process with this role. */
  process(role: Role): OwnProcess;
  /** Starts the process of this role again after it has ended. */
  restart(role: Role): Promise<void>;
  stop(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly settings: SipSettings;
  edge: LabEdge;
}

async function openPlace(bench: Bench, host: string, domains: readonly string[], how: Layout['first']): Promise<Place> {
  const certificate = await bench.certificate({ names: [host, ...domains], ...how });
  // It is stopped and started again: meanwhile no outgoing connection may be given its port.
  const edge = await sipEdge({ certificate, port: await freePort() });
  bench.address(host);
  for (const domain of domains) bench.srv(domain, [{ host, port: edge.port }]);
  return { host, settings: { certificate, port: edge.port }, edge };
}

const named = (letter: string, count: number, job: string): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at)}.${job}.example`);

/** Starts the partners, then the processes that watch them. */
export async function startSmallFleet(layout: Layout, redisUrl: string): Promise<SmallFleet> {
  const { job, single, behindOne = 0, first, processes } = layout;
  const folder = mkdtempSync(join(tmpdir(), `fedmon-alerts-${job}-`));
  const dns = await startDnsServer();
  const bench = await createBench(dns.zone);
  const places = new Map<string, Place>();
  for (const [at, domain] of named('p', single, job).entries())
    places.set(domain, await openPlace(bench, `sip.${domain}`, [domain], at === 0 ? first : undefined));
  const many = named('m', behindOne, job);
  // At a known provider the name of the edge need not be below the domain, so that all of them share one.
  const shared = many.length === 0 ? null : await openPlace(bench, 'sipfed.online.lync.com', many, undefined);
  for (const domain of many) if (shared !== null) places.set(domain, shared);
  const canary = await startCanary(bench);
  const addresses = new Map<readonly Role[], string>();
  for (const roles of processes) addresses.set(roles, `127.0.0.1:${String(await freePort())}`);
  const addressOf = (roles: readonly Role[]): string => addresses.get(roles) ?? '';
  const ours = await bench.certificate({ names: ['sip.mon.example', 'mon.example'] });
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'client.pem'), key: join(folder, 'client.key') };
  writeFileSync(files.ca, bench.trusted.certPem);
  writeFileSync(files.cert, ours.chainPem);
  writeFileSync(files.key, ours.keyPem, { mode: 0o600 });
  const config = {
    redis: { url: redisUrl, prefix: `{fedmon-alerts-${job}-${String(process.pid)}}` },
    vantage: 'lab',
    identity: {
      domain: 'mon.example',
      contact: 'https://mon.example/probing',
      certFile: files.cert,
      keyFile: files.key,
    },
    dns: { servers: [`${dns.address}:${String(dns.port)}`] },
    trust: files.ca,
    egress: { allow: ['127.0.0.0/8'] },
    defaults: { every: `${String(everyMs / 1_000)}s`, timeout: '2s' },
    // What a confirmation after half a minute does in service, the next slot does here.
    hysteresis: { down: 2, up: 1, holdDown: '0s' },
    canary: { host: canary.host, port: canary.port },
    partners: [...places.keys()].map((domain) => ({ domain })),
  };
  const start = (roles: readonly Role[]): Promise<OwnProcess> => {
    const name = `${job}-${roles.join('-')}-${String(processes.indexOf(roles))}`;
    const file = join(folder, `${name}.yaml`);
    const listen = Object.fromEntries(roles.map((role) => [role, addressOf(roles)]));
    writeFileSync(file, JSON.stringify({ ...config, listen }));
    const args = [main, 'run', ...roles.flatMap((role) => ['--role', role]), '--config', file];
    return startProcess({ name, command: process.execPath, args, logFile: join(folder, `${name}.log`) });
  };
  const running = new Map<readonly Role[], OwnProcess>();
  for (const roles of processes) running.set(roles, await start(roles));
  const rolesWith = (role: Role): readonly Role[] => {
    const roles = processes.find((each) => each.includes(role));
    if (roles === undefined) throw new TypeError(`no process has the role ${role}`);
    return roles;
  };
  const place = (domain: string): Place => {
    const found = places.get(domain);
    if (found === undefined) throw new TypeError(`no partner ${domain}`);
    return found;
  };
  const processOf = (role: Role): OwnProcess => {
    const found = running.get(rolesWith(role));
    if (found === undefined) throw new TypeError(`no process of ${role} was started`);
    return found;
  };
  return {
    job,
    dns,
    canary,
    targets: processes.map(addressOf),
    exporter: `http://${addressOf(rolesWith('exporter'))}`,
    stopEdge: (domain) => place(domain).edge.stop(),
    async startEdge(domain) {
      const at = place(domain);
      at.edge = await sipEdge(at.settings);
    },
    edgeName: (domain) => `${place(domain).host}:${String(place(domain).edge.port)}`,
    process: processOf,
    async restart(role) {
      running.set(rolesWith(role), await start(rolesWith(role)));
    },
    async stop() {
      await Promise.all([...running.values()].map((each) => each.stop(8_000)));
      await Promise.all([canary, ...new Set([...places.values()].map(({ edge }) => edge))].map((each) => each.stop()));
      await dns.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
