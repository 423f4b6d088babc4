import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, json, startService, type Service } from '../e2e/service.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';

const rulesFile = join(import.meta.dirname, '../../src/alert/fedmon.rules.yaml');

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
  readonly url: string;
  readonly ask: (expr: string) => Promise<readonly Row[]>;
  readonly askOverTime: (expr: string, seconds: number, step: number) => Promise<readonly Course[]>;
  readonly stop: () => Promise<void>;
}

/** Starts it all; the fleet has not settled yet. */
export async function observe(prometheus: Tool, everyMs = 5_000): Promise<Observed> {
  const service = await startService(everyMs);
  const port = await freePort();
  const address = `127.0.0.1:${String(port)}`;
  const file = join(service.folder, 'prometheus.yml');
  const rules = join(service.folder, 'fedmon.rules.yaml');
  // The same rules; what is recorded every few minutes is not waited for.
  writeFileSync(rules, readFileSync(rulesFile, 'utf8').replace(/^( +interval): \d+m$/gm, '$1: 1s'));
  const targets = Object.values(service.urls).map((url) => new URL(url).host);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'fedmon', static_configs: [{ targets }] }],
  };
  writeFileSync(file, JSON.stringify(config));
  const process = await startProcess({
    name: 'prometheus',
    command: prometheus.path,
    env: prometheus.env,
    logFile: join(service.folder, 'prometheus.log'),
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(service.folder, 'tsdb')}`,
      `--web.listen-address=${address}`,
    ],
  });
  const url = `http://${address}`;
  const asked = (path: string, parameters: Record<string, string>): Promise<Answer> =>
    json(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`) as Promise<Answer>;
  return {
    service,
    url,
    async ask(expr) {
      const { data } = await asked('query', { query: expr });
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
    },
    async askOverTime(expr, seconds, step) {
      const end = Date.now() / 1_000;
      const range = { start: String(end - seconds), end: String(end), step: String(step) };
      const { data } = await asked('query_range', { query: expr, ...range });
      return data.result.map(({ metric, values = [] }) => ({
        labels: metric,
        points: values.map(([at, value]) => [at, Number(value)] as const),
      }));
    },
    async stop() {
      await process.stop();
      await service.stop();
    },
  };
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
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
