import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startMember, type Role } from '../chaos/member.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { startPrometheus } from '../lab/prometheus.ts';
import { startRedis } from '../lab/redis.ts';
import type { BenchEdge, BenchEdges } from './edges.ts';

/** Everything that one of the two needs to watch the edges, running. */
export interface Side {
  /** Its processes by what they are; the processor time of all of them is what it costs. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const scrapeOurs = '15s';

/** fedmon in three processes, a Redis that keeps what was written, and a Prometheus that scrapes. */
export async function startOurs(world: BenchEdges, everyMs: number, prometheus: Tool): Promise<Side> {
  const { folder, edges, dnsPort, caFile, certFile, keyFile } = world;
  const redis = await startRedis({ own: true, dir: folder, appendonly: true });
  const members = await Promise.all(
    (['scheduler', 'worker', 'exporter'] as const satisfies readonly Role[]).map(async (role) => {
      const listen = `127.0.0.1:${String(await freePort())}`;
      const config = join(folder, `${role}.yaml`);
      const settings = {
        redis: { url: redis.url, prefix: '{bench}' },
        identity: { domain: 'mon.example', contact: 'https://mon.example/probing', certFile, keyFile },
        dns: { servers: [`127.0.0.1:${String(dnsPort)}`] },
        trust: caFile,
        egress: { allow: ['127.0.0.0/8'] },
        defaults: { every: `${String(everyMs)}ms`, timeout: `${String(everyMs / 2)}ms` },
        partners: edges.map(({ domain }) => ({ domain })),
        listen: { [role]: listen },
      };
      writeFileSync(config, stringify(settings));
      return { listen, member: await startMember({ role, name: role, config, folder, listen }) };
    }),
  );
  const targets = members.map(({ listen }) => listen);
  const scraper = await startPrometheus(prometheus, { folder, targets, ruleFiles: [], every: scrapeOurs });
  await Promise.all(members.map(({ member }) => member.ready()));
  return {
    processes: {
      ...Object.fromEntries(members.map(({ member }) => [member.role, member.pid])),
      redis: redis.pid ?? 0,
      prometheus: scraper.pid,
    },
    async stop() {
      await scraper.stop();
      await Promise.all(members.map(({ member }) => member.stop()));
      await redis.stop();
    },
  };
}

/** What blackbox_exporter sends and wants: the same request as ours, a line each; it adds the line feeds. */
function moduleOf({ host }: BenchEdge, { caFile, certFile, keyFile }: BenchEdges): object {
  const lines = [
    `OPTIONS sip:${host} SIP/2.0`,
    'Via: SIP/2.0/TLS mon.example;branch=z9hG4bK4d7f0a61c2e94b8fa1f3d2c5b6e7a890;rport',
    'Max-Forwards: 70',
    `To: <sip:${host}>`,
    'From: <sip:mon.example>;tag=9f2c61d7',
    'Call-ID: 7a1e5b2c9d3f4e6a8b0c1d2e3f4a5b6c@mon.example',
    'CSeq: 1 OPTIONS',
    'Contact: <sip:mon.example;transport=tls>',
    'User-Agent: bench (+https://mon.example/probing)',
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
  ];
  return {
    prober: 'tcp',
    timeout: '5s',
    tcp: {
      tls: true,
      tls_config: { ca_file: caFile, cert_file: certFile, key_file: keyFile, server_name: host },
      query_response: [...lines.map((line) => ({ send: `${line}\r` })), { expect: '^SIP/2.0 200' }],
    },
  };
}

/** blackbox_exporter, and a Prometheus that has it probe each edge. */
export async function startTheirs(
  world: BenchEdges,
  everyMs: number,
  { prometheus, blackbox }: { readonly prometheus: Tool; readonly blackbox: Tool },
): Promise<Side> {
  const { folder, edges } = world;
  const modules = Object.fromEntries(edges.map((edge) => [edge.host, moduleOf(edge, world)]));
  const file = join(folder, 'blackbox.yml');
  writeFileSync(file, stringify({ modules }, { lineWidth: 0 }));
  const address = `127.0.0.1:${String(await freePort())}`;
  const prober = await startProcess({
    name: 'blackbox_exporter',
    command: blackbox.path,
    env: blackbox.env,
    logFile: join(folder, 'blackbox.log'),
    args: [`--config.file=${file}`, `--web.listen-address=${address}`],
  });
  const interval = `${String(everyMs)}ms`;
  const job = {
    job_name: 'probe',
    metrics_path: '/probe',
    scrape_interval: interval,
    scrape_timeout: interval,
    static_configs: edges.map(({ host, port }) => ({
      targets: [`127.0.0.1:${String(port)}`],
      labels: { __param_module: host },
    })),
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_module'], target_label: 'instance' },
      { target_label: '__address__', replacement: address },
    ],
  };
  const scraper = await startPrometheus(prometheus, {
    folder,
    targets: [],
    ruleFiles: [],
    every: scrapeOurs,
    otherJobs: [job],
  });
  return {
    processes: { blackbox_exporter: prober.pid, prometheus: scraper.pid },
    async stop() {
      await scraper.stop();
      await prober.stop();
    },
  };
}
