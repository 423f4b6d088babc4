import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { startPrometheus } from '../lab/prometheus.ts';
import { requestTo, scrapeEvery, type Side } from './sides.ts';
import type { World, WorldEdge } from './world.ts';

/** A probe: the module that says how, and what it goes to. */
interface Probe {
  readonly module: string;
  readonly target: string;
  readonly settings: object;
}

/** Connection, handshake, OPTIONS and its answer; the exporter adds the line feeds. */
function connecting({ host, address, port }: WorldEdge, { caFile, certFile, keyFile }: World): Probe {
  const settings = {
    prober: 'tcp',
    timeout: '5s',
    tcp: {
      tls: true,
      tls_config: { ca_file: caFile, cert_file: certFile, key_file: keyFile, server_name: host },
      query_response: [...requestTo(host).map((line) => ({ send: `${line}\r` })), { expect: '^SIP/2.0 200' }],
    },
  };
  return { module: `${host}:${String(port)}`, target: `${address}:${String(port)}`, settings };
}

function asking(name: string, type: string, { dnsPort }: World): Probe {
  const dns = { query_name: name, query_type: type, transport_protocol: 'udp', preferred_ip_protocol: 'ip4' };
  return {
    module: `${name} ${type}`,
    target: `127.0.0.1:${String(dnsPort)}`,
    settings: { prober: 'dns', timeout: '5s', dns },
  };
}

/** What it takes to see of each partner what fedmon sees: nobody follows a name by itself, nobody knows who shares an edge. */
function probesOf(world: World, names: boolean): readonly (readonly Probe[])[] {
  return world.partners.map(({ domain, edges }) => [
    ...(names ? [asking(`_sipfederationtls._tcp.${domain}`, 'SRV', world)] : []),
    ...edges.flatMap((edge) => [
      ...(names ? [asking(edge.host, 'A', world), asking(edge.host, 'AAAA', world)] : []),
      connecting(edge, world),
    ]),
  ]);
}

/** blackbox_exporter, and a Prometheus that has it probe each edge of each partner; with `names` also what is looked up. */
export async function startBlackbox(
  world: World,
  everyMs: number,
  { prometheus, blackbox }: { readonly prometheus: Tool; readonly blackbox: Tool },
  names = false,
): Promise<Side> {
  const { folder } = world;
  const probes = probesOf(world, names);
  const modules = Object.fromEntries(probes.flat().map(({ module, settings }) => [module, settings]));
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
    static_configs: probes.flatMap((own, at) =>
      own.map(({ module, target }) => ({
        targets: [target],
        labels: { __param_module: module, partner: world.partners[at]?.domain ?? '' },
      })),
    ),
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_module'], target_label: 'instance' },
      { target_label: '__address__', replacement: address },
    ],
  };
  const started = { folder, targets: [], ruleFiles: [], every: scrapeEvery, otherJobs: [job] };
  const scraper = await startPrometheus(prometheus, started);
  return {
    processes: { blackbox_exporter: prober.pid, prometheus: scraper.pid },
    async stop() {
      await scraper.stop();
      await prober.stop();
    },
  };
}
