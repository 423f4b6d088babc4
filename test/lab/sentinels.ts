import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Redis as Client } from 'ioredis';
import { needs, type Tool } from './debian.ts';
import { freePort } from './ports.ts';
import { startProcess } from './process.ts';
import { needsRedis, type Redis } from './redis.ts';

/** A master with one replica, and three sentinels of which two must agree. */
export interface Watched {
  readonly master: Redis;
  readonly replica: Redis;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** Resolves when the replica holds all that the master was told. */
  readonly inStep: () => Promise<void>;
}

export const masterName = 'lab';

/** How soon a silent master is given up, milliseconds. */
const downAfterMs = 1_000;

/** One of those that watch the master. */
export interface Sentinel {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startSentinel(server: Tool, master: number): Promise<Sentinel> {
  const dir = mkdtempSync(join(tmpdir(), 'fedmon-sentinel-'));
  const port = await freePort();
  const lines = [
    `port ${String(port)}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${String(master)} 2`,
    `sentinel down-after-milliseconds ${masterName} ${String(downAfterMs)}`,
    `sentinel failover-timeout ${masterName} 6000`,
  ];
  const file = join(dir, 'sentinel.conf');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const process = await startProcess({
    name: 'sentinel',
    command: server.path,
    args: [file, '--sentinel'],
    env: server.env,
    logFile: join(dir, 'sentinel.log'),
  });
  return {
    port,
    async stop() {
      await process.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Resolves once this sentinel knows the two others and the replica. */
export async function sentinelsAgree(port: number): Promise<void> {
  const asked = new Client(port, '127.0.0.1', { maxRetriesPerRequest: 1 });
  asked.on('error', () => undefined);
  const known = async (): Promise<boolean> => (await asked.info('sentinel')).includes('slaves=1,sentinels=3');
  await until('the sentinels know each other and the replica', 20_000, known);
  asked.disconnect();
}

async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${String(limitMs / 1000)} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Starts all five; null after the test was skipped. Ends them when the test ends. */
export async function needsSentinels(t: TestContext): Promise<Watched | null> {
  const tools = await needs(t, 'redis-server');
  if (tools === null) return null;
  const master = await needsRedis(t, { own: true });
  if (master === null) return null;
  const replica = await needsRedis(t, { settings: { replicaof: `127.0.0.1 ${String(master.port)}` } });
  if (replica === null) return null;
  const ports = [];
  for (let count = 0; count < 3; count += 1) {
    const sentinel = await startSentinel(tools[0], master.port);
    t.after(() => sentinel.stop());
    ports.push(sentinel.port);
  }
  await sentinelsAgree(ports[0] ?? 0);
  return {
    master,
    replica,
    hosts: ports.map((port) => ({ host: '127.0.0.1', port })),
    async inStep() {
      const client = new Client(master.url);
      await until('the replica is in step', 5_000, async () => (await client.wait(1, 1_000)) === 1);
      client.disconnect();
    },
  };
}
