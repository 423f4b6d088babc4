import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from '../e2e/service.ts';
import type { Tool } from './debian.ts';
import { freePort } from './ports.ts';
import { startProcess } from './process.ts';

/** Samples that Prometheus touched for an answer. */
export interface Stats {
  readonly totalQueryableSamples: number;
  readonly peakSamples: number;
}

export interface Answer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value?: readonly [number, string];
    readonly values?: readonly (readonly [number, string])[];
  }[];
  /** Only when `stats` was asked for. */
  readonly stats?: { readonly samples: Stats };
}

export interface PrometheusOptions {
  /** Of its configuration, its log and its data; a later one in the same folder goes on with the data. */
  readonly folder: string;
  /** Of the job `fedmon`, as `host:port`. */
  readonly targets: readonly string[];
  readonly ruleFiles: readonly string[];
  /** How often it scrapes and evaluates. */
  readonly every: string;
  /** Jobs beside that one, as the configuration has them. */
  readonly otherJobs?: readonly object[];
}

/** So long an answer is waited for, milliseconds: on a busy machine it takes long, and what it costs is judged by processor time. */
const patienceMs = 20_000;

/** A Prometheus of our own on the loopback. */
export interface Prometheus {
  readonly pid: number;
  /** `data` of an answer of `/api/v1/PATH`. */
  readonly api: (path: string, parameters?: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly query: (expr: string, parameters?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly queryRange: (
    expr: string,
    seconds: number,
    step: number,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Where a Prometheus in this folder keeps its blocks. */
export const dataOf = (folder: string): string => join(folder, 'tsdb');

/** Starts it; it may need a moment before it answers. */
export async function startPrometheus(tool: Tool, options: PrometheusOptions): Promise<Prometheus> {
  const { folder, targets, ruleFiles, every, otherJobs = [] } = options;
  const address = `127.0.0.1:${String(await freePort())}`;
  const file = join(folder, 'prometheus.yml');
  const config = {
    global: { scrape_interval: every, evaluation_interval: every },
    rule_files: ruleFiles,
    scrape_configs: [{ job_name: 'fedmon', static_configs: [{ targets }] }, ...otherJobs],
  };
  writeFileSync(file, JSON.stringify(config));
  const process = await startProcess({
    name: 'prometheus',
    command: tool.path,
    env: tool.env,
    logFile: join(folder, 'prometheus.log'),
    args: [`--config.file=${file}`, `--storage.tsdb.path=${dataOf(folder)}`, `--web.listen-address=${address}`],
  });
  const url = `http://${address}`;
  const api = async (path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const answer = await json(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`, patienceMs);
    return (answer as { readonly data: unknown }).data;
  };
  return {
    pid: process.pid,
    api,
    query: (expr, parameters) => api('query', { query: expr, ...parameters }) as Promise<Answer>,
    queryRange(expr, seconds, step, parameters) {
      const end = Date.now() / 1_000;
      const range = { start: String(end - seconds), end: String(end), step: String(step) };
      return api('query_range', { query: expr, ...range, ...parameters }) as Promise<Answer>;
    },
    async stop() {
      await process.stop(15_000);
    },
  };
}
