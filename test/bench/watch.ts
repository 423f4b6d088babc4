import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { processorMs, residentBytes } from '../chaos/process-figures.ts';
import { atMost, median, quantile, type Figure } from './figures.ts';
import type { Fedmon } from './fedmon.ts';
import { loopsIn, loopsInto } from './loops.ts';

/** Everything that is seen of a running service at one instant. */
interface Look {
  readonly megabytes: Readonly<Record<string, number>>;
  readonly keys: number;
  readonly redisMegabytes: number;
}

const everyMs = 10_000;
const drift = 1.1;

/** Where a process writes the delays of its event loop. */
export const loopsOf = (folder: string) => (name: string) => loopsInto(join(folder, `${name}.loops`));

async function look(fedmon: Fedmon, redis: Redis): Promise<Look> {
  const memory = Object.entries(fedmon.processes).map(([name, pid]) => [name, residentBytes(pid) / 2 ** 20] as const);
  const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
  return {
    megabytes: Object.fromEntries(memory),
    keys: await redis.dbsize(),
    redisMegabytes: Number(used) / 2 ** 20,
  };
}

const workersOf = ({ members }: Fedmon): readonly string[] =>
  members.filter(({ role }) => role === 'worker').map(({ name }) => name);

/** The own metrics of all workers. */
export async function workersSay(fedmon: Fedmon): Promise<readonly string[]> {
  return (await Promise.all(workersOf(fedmon).map((name) => fedmon.metrics(name)))).flat();
}

export function sumOf(lines: readonly string[], metric: string): number {
  const own = lines.filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`));
  return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

function grown(what: string, values: readonly number[], unit: string): Figure {
  const third = Math.max(1, Math.floor(values.length / 3));
  const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
  return {
    what: `${what}, first third and last`,
    value: `${first.toFixed(0)} → ${last.toFixed(0)}${unit}`,
    wanted: 'at most a tenth more',
    held: last <= first * drift,
  };
}

/** Watches a service that is warm for so long; `folder` has the files of `loopsOf`. */
export async function watched(fedmon: Fedmon, folder: string, forMs: number): Promise<readonly Figure[]> {
  const redis = new Redis(fedmon.redis.url);
  const [before, sinceMs] = [await workersSay(fedmon), Date.now()];
  const cpu = (): readonly number[] => Object.values(fedmon.processes).map(processorMs);
  const used = cpu();
  const looks: Look[] = [];
  while (Date.now() < sinceMs + forMs) {
    looks.push(await look(fedmon, redis));
    await pause(everyMs);
  }
  redis.disconnect();
  const tookMs = Date.now() - sinceMs;
  const share = cpu().map((ms, at) => (100 * (ms - (used[at] ?? 0))) / tookMs);
  const after = await workersSay(fedmon);
  const most = (name: string): number => Math.max(...looks.map(({ megabytes }) => megabytes[name] ?? 0));
  const wait = quantile(0.99, 'fedmon_job_wait_seconds', after, before);
  const late = sumOf(after, 'fedmon_jobs_skipped_late_total') - sumOf(before, 'fedmon_jobs_skipped_late_total');
  const names = Object.keys(fedmon.processes);
  return [
    { what: 'of one core, all processes', value: `${share.reduce((sum, each) => sum + each, 0).toFixed(0)} %` },
    ...names.map((name, at) => ({ what: `- ${name}`, value: `${(share[at] ?? 0).toFixed(1)} %` })),
    atMost('from slot to start, p99', wait, 2, ' s'),
    atMost('slots skipped because they were late', late, 0, '', 0),
    ...fedmon.members.flatMap(({ name }) => {
      const { p99Ms, mostMs } = loopsIn(join(folder, `${name}.loops`), sinceMs);
      return [
        atMost(`event loop of the ${name}, p99`, p99Ms, 20, ' ms', 0),
        atMost(`event loop of the ${name}, most`, mostMs, 100, ' ms', 0),
      ];
    }),
    ...workersOf(fedmon).map((name) => atMost(`most memory, ${name}`, most(name), 250, ' MB', 0)),
    atMost('most memory, redis (used_memory)', Math.max(...looks.map((each) => each.redisMegabytes)), 150, ' MB', 0),
    ...names.map((name) =>
      grown(
        `memory, ${name}`,
        looks.map(({ megabytes }) => megabytes[name] ?? 0),
        ' MB',
      ),
    ),
    grown(
      'keys in redis',
      looks.map(({ keys }) => keys),
      '',
    ),
  ];
}
