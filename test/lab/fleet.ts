import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createBench, type Bench } from './bench.ts';
import { startCanary, type LabCanary } from './canary.ts';
import { startDnsServer, type DnsServer } from './dns-server.ts';
import type { LabEdge } from './edges.ts';
import { stories } from './stories/all.ts';
import type { Expected, Story } from './stories/story.ts';

/** A running partner of the fleet. */
export interface FleetPartner {
  readonly domain: string;
  readonly story: string;
  /** What the service shows after some rounds. */
  readonly expects: Expected;
  /** What one examination says; null when it depends on the moment. */
  readonly once: Expected | null;
}

/** Where the config tells the roles to listen, as `host:port`. */
export interface FleetConfig {
  readonly redisUrl: string;
  /** Cadence such as `5s`. */
  readonly every: string;
  readonly timeout?: string;
  readonly listen: { readonly exporter: string; readonly scheduler: string; readonly worker: string };
  readonly prefix?: string;
}

/** A federation on loopback in which each partner misbehaves in its own way. */
export interface Fleet {
  readonly dns: DnsServer;
  readonly folder: string;
  readonly caFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly partners: readonly FleetPartner[];
  readonly canary: LabCanary;
  /** The edges of a partner in the order of its route; the twins have the same one. */
  edges(domain: string): readonly LabEdge[];
  /** A `fedmon.yaml` that watches this fleet. */
  configYaml(options: FleetConfig): string;
  stop(): Promise<void>;
}

/** Starts the name server and every partner of `stories`, or those that are named. */
export async function startFleet(domains?: readonly string[]): Promise<Fleet> {
  const chosen = stories.filter(({ domain }) => domains === undefined || domains.includes(domain));
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-lab-'));
  const dns = await startDnsServer();
  const bench = await createBench(dns.zone);
  const opened = await Promise.all(chosen.map(async (story) => [story.domain, await story.build(bench)] as const));
  const edges = new Map<string, readonly LabEdge[]>(opened);
  const canary = await startCanary(bench);
  const files = await writeIdentity(bench, folder);
  return {
    dns,
    canary,
    folder,
    ...files,
    partners: chosen.map(({ domain, story, expects, once }) => ({
      domain,
      story,
      expects,
      once: once === undefined ? expects : once,
    })),
    edges: (domain) => edges.get(domain) ?? [],
    configYaml: (options) => stringify(configOf(options, chosen, { ...files, dns, edges, canary })),
    async stop() {
      const distinct = new Set([...edges.values()].flat());
      await Promise.all([canary, ...distinct].map((each) => each.stop()));
      await dns.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface IdentityFiles {
  readonly caFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
}

/** Our own certificate, and the authority that it and the partners' come from. */
async function writeIdentity(bench: Bench, folder: string): Promise<IdentityFiles> {
  const ours = await bench.certificate({ names: ['sip.mon.example', 'mon.example'] });
  const files = {
    caFile: join(folder, 'ca.pem'),
    clientCertFile: join(folder, 'client.pem'),
    clientKeyFile: join(folder, 'client.key'),
  };
  writeFileSync(files.caFile, bench.trusted.certPem);
  writeFileSync(files.clientCertFile, ours.chainPem);
  writeFileSync(files.clientKeyFile, ours.keyPem, { mode: 0o600 });
  return files;
}

interface Parts extends IdentityFiles {
  readonly dns: DnsServer;
  readonly edges: ReadonlyMap<string, readonly LabEdge[]>;
  readonly canary: LabCanary;
}

function configOf(options: FleetConfig, chosen: readonly Story[], parts: Parts): object {
  const inMaintenance = chosen.filter((story) => story.expects.state === 'maintenance').map(({ domain }) => domain);
  const [from, until] = [-3_600_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString());
  return {
    redis: { url: options.redisUrl, prefix: options.prefix ?? '{fedmon-lab}' },
    vantage: 'lab',
    identity: {
      domain: 'mon.example',
      contact: 'https://mon.example/probing',
      certFile: parts.clientCertFile,
      keyFile: parts.clientKeyFile,
    },
    dns: { servers: [`${parts.dns.address}:${String(parts.dns.port)}`] },
    trust: parts.caFile,
    egress: { allow: ['127.0.0.0/8'] },
    listen: options.listen,
    defaults: { every: options.every, timeout: options.timeout ?? '2s' },
    // A compressed cadence: what takes minutes elsewhere takes seconds here.
    hysteresis: { down: 3, up: 2, holdDown: '0s' },
    canary: { host: parts.canary.host, port: parts.canary.port },
    ...(inMaintenance.length === 0
      ? {}
      : { maintenance: [{ partners: inMaintenance, from, until, reason: 'planned move of the edge' }] }),
    partners: chosen.map((story) => ({
      domain: story.domain,
      name: story.story,
      ...(story.critical === true ? { tier: 'critical' } : {}),
      ...story.config?.(parts.edges.get(story.domain) ?? []),
    })),
  };
}
