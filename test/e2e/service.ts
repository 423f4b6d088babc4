import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startFleet, type Fleet } from '../lab/fleet.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess, type OwnProcess } from '../lab/process.ts';
import { startRedis } from '../lab/redis.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** The whole service in three processes, watching the federation on loopback. */
export interface Service {
  readonly fleet: Fleet;
  readonly folder: string;
  readonly config: string;
  readonly urls: Readonly<Record<'exporter' | 'scheduler' | 'worker', string>>;
  readonly startedMs: number;
  readonly worker: OwnProcess;
  stop(): Promise<void>;
}

/** Of the whole federation, or of these partners of it. */
export async function startService(everyMs: number, domains?: readonly string[]): Promise<Service> {
  const redis = await startRedis();
  const fleet = await startFleet(domains);
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-e2e-'));
  const config = join(folder, 'fedmon.yaml');
  const listen = {
    exporter: `127.0.0.1:${String(await freePort())}`,
    scheduler: `127.0.0.1:${String(await freePort())}`,
    worker: `127.0.0.1:${String(await freePort())}`,
  };
  const prefix = `{fedmon-e2e-${String(process.pid)}}`;
  writeFileSync(config, fleet.configYaml({ redisUrl: redis.url, every: `${String(everyMs / 1000)}s`, listen, prefix }));
  const startedMs = Date.now();
  const start = (role: keyof typeof listen): Promise<OwnProcess> => {
    const args = [main, 'run', '--role', role, '--config', config];
    return startProcess({ name: role, command: process.execPath, args, logFile: join(folder, `${role}.log`) });
  };
  const others = [await start('exporter'), await start('scheduler')];
  const worker = await start('worker');
  const children = [...others, worker];
  const url = (role: keyof typeof listen): string => `http://${listen[role]}`;
  return {
    fleet,
    folder,
    config,
    urls: { exporter: url('exporter'), scheduler: url('scheduler'), worker: url('worker') },
    startedMs,
    worker,
    async stop() {
      await Promise.all(children.map((child) => child.stop(8_000)));
      await fleet.stop();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function text(url: string, patienceMs = 5_000): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) throw new Error(`${url}: ${String(response.status)}`);
  return response.text();
}

export async function json(url: string, patienceMs?: number): Promise<unknown> {
  return JSON.parse(await text(url, patienceMs)) as unknown;
}

/** Looks again and again until `good` or the time is over; gives the last thing seen. */
export async function eventually<T>(limitMs: number, look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    const seen = await look().catch((error: unknown) =>
      performance.now() > until ? Promise.reject(error as Error) : null,
    );
    if (seen !== null && (good(seen) || performance.now() > until)) return seen;
    await pause(250);
  }
}
