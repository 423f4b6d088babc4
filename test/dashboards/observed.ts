import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventually, startService, type Service } from '../e2e/service.ts';
import type { Tool } from '../lab/debian.ts';
import { startPrometheus } from '../lab/prometheus.ts';

const alertFolder = join(import.meta.dirname, '../../src/alert');
const rulesFile = join(alertFolder, 'fedmon.rules.yaml');
const blackboxFile = join(alertFolder, 'blackbox.yaml');

/** Writes the same rules there, but what is recorded every few minutes is not waited for. */
export function impatientRules(folder: string): string {
  const file = join(folder, 'fedmon.rules.yaml');
  writeFileSync(file, readFileSync(rulesFile, 'utf8').replace(/^( +interval): \d+m$/gm, '$1: 1s'));
  return file;
}

/** The jobs of `blackbox.yaml`, for an exporter here; the list of targets is read each second, not each minute. */
function blackboxJobs(exporter: string): readonly object[] {
  const text = readFileSync(blackboxFile, 'utf8')
    .replaceAll('fedmon:9464', new URL(exporter).host)
    .replace('url:', 'refresh_interval: 1s, url:');
  return (parse(text) as { readonly scrape_configs: readonly object[] }).scrape_configs;
}

/** One series of an answer, and its value now. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series over the time: instants in seconds and values. */
export interface Course {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** The demo's federation, watched by the service, scraped by a Prometheus that evaluates our rules. */
export interface Observed {
  readonly service: Service;
  readonly ask: (expr: string) => Promise<readonly Row[]>;
  readonly askOverTime: (expr: string, seconds: number, step: number) => Promise<readonly Course[]>;
  readonly stop: () => Promise<void>;
}

/** Starts it all; the fleet has not settled yet. */
export async function observe(tool: Tool, everyMs = 5_000): Promise<Observed> {
  const service = await startService(everyMs);
  const { folder } = service;
  const targets = Object.values(service.urls).map((url) => new URL(url).host);
  const prometheus = await startPrometheus(tool, {
    folder,
    targets,
    ruleFiles: [impatientRules(folder)],
    every: '1s',
    otherJobs: blackboxJobs(service.urls.exporter),
  });
  return {
    service,
    async ask(expr) {
      const { result } = await prometheus.query(expr);
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
    },
    async askOverTime(expr, seconds, step) {
      const { result } = await prometheus.queryRange(expr, seconds, step);
      return result.map(({ metric, values = [] }) => ({
        labels: metric,
        points: values.map(([at, value]) => [at, Number(value)] as const),
      }));
    },
    async stop() {
      await prometheus.stop();
      await service.stop();
    },
  };
}

/** Waits until Prometheus has seen every partner as its story says, and scraped all roles for a while. */
export async function settled({ service, ask }: Observed, limitMs = 60_000): Promise<readonly string[]> {
  const wanted = service.fleet.partners.map(({ domain, expects }) => `${domain} ${expects.state}`);
  return eventually(
    limitMs,
    async () => {
      const shown = await ask('max by (partner, state) (fedmon_partner_state) == 1');
      const seen = new Set(shown.map(({ labels }) => `${labels['partner'] ?? ''} ${labels['state'] ?? ''}`));
      return wanted.filter((each) => !seen.has(each));
    },
    (missing) => missing.length === 0,
  );
}

/** What the hidden variable `edge` of the Partner dashboard holds: the edges of the partner's route, as Grafana joins them. */
export async function edgesOf({ ask }: Observed, partner: string): Promise<string> {
  const route = await ask(`fedmon_partner_edge_info{partner="${partner}"}`);
  return `(${route.map(({ labels }) => (labels['edge'] ?? '').replaceAll('.', '\\\\.')).join('|')})`;
}
