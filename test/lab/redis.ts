import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { cannotRun, tool, type Tool, type ToolName } from './debian.ts';
import { freePort } from './ports.ts';
import { startProcess, type OwnProcess } from './process.ts';

/** A Redis to talk to. */
export interface Redis {
  readonly url: string;
  readonly port: number;
  /** Null when it is not ours (REDIS_URL): then `stop` and `kill` do nothing. */
  readonly pid: number | null;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface RedisOptions {
  /** Start a server of our own even when REDIS_URL is set. The options below imply it. */
  readonly own?: boolean;
  readonly appendonly?: boolean;
  /** Listen on this port, so that a killed server can come back where its clients look for it. */
  readonly port?: number;
  /** Keep the data here; not removed by `stop`. */
  readonly dir?: string;
  /** Further settings of the server by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** There is no Redis and no way to get one; the message names the command to type. */
export class RedisNotFound extends Error {
  override readonly name = 'RedisNotFound';
  readonly code = 'redis_not_found';

  constructor() {
    super('No Redis was found: type `sudo apt-get install redis-server`, or set REDIS_URL to one that runs.');
  }
}

const startLimitMs = 10_000;

/** Where a server program is looked for; tests put their own in. */
export interface RedisWorld {
  readonly env: NodeJS.ProcessEnv;
  find(name: ToolName): Promise<Tool | null>;
}

/**
 * A Redis: REDIS_URL, else redis-server or valkey-server on PATH, else the distribution's package unpacked; the last
 * two start on a free loopback port and keep nothing. Rejects with RedisNotFound.
 */
export async function startRedis(
  options: RedisOptions = {},
  world: RedisWorld = { env: process.env, find: tool },
): Promise<Redis> {
  const url = world.env['REDIS_URL'];
  const own =
    options.own === true || 'port' in options || 'dir' in options || 'appendonly' in options || 'settings' in options;
  if (url !== undefined && url !== '' && !own) return foreign(url);
  const server = await findServer(world);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await launch(server, port, options);
    } catch (error) {
      // Somebody else took the port between our look and the start.
      if (!(error instanceof NotStarted) || options.port !== undefined || attempt === 3) throw error;
    }
  }
}

class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

async function launch(server: Tool, port: number, options: RedisOptions): Promise<Redis> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'fedmon-redis-'));
  const clean = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const redis = await startProcess({
    name: 'redis',
    command: server.path,
    args: settings(port, dir, options),
    env: server.env,
    logFile: join(dir, 'redis.log'),
  });
  try {
    await answers(port, redis);
  } catch (error) {
    await redis.stop(0);
    clean();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    pid: redis.pid,
    async stop() {
      await redis.stop(2_000);
      clean();
    },
    kill: (signal) => redis.kill(signal),
  };
}

/** A Redis for a test, or null after the test was skipped because there is none (an error with CI=true). */
export async function needsRedis(t: TestContext, options: RedisOptions = {}): Promise<Redis | null> {
  try {
    const redis = await startRedis(options);
    t.after(() => redis.stop());
    return redis;
  } catch (error) {
    if (!(error instanceof RedisNotFound)) throw error;
    cannotRun(t, error.message);
    return null;
  }
}

function foreign(url: string): Redis {
  const port = Number(new URL(url).port || '6379');
  return { url, port, pid: null, stop: () => Promise.resolve(), kill: () => undefined };
}

/** A program of the machine of either name comes before an unpacked package. */
async function findServer(world: RedisWorld): Promise<Tool> {
  const redis = await world.find('redis-server');
  if (redis?.from === 'path') return redis;
  const server = (await world.find('valkey-server')) ?? redis;
  if (server === null) throw new RedisNotFound();
  return server;
}

function settings(port: number, dir: string, { appendonly, settings }: RedisOptions): readonly string[] {
  const values = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: appendonly === true ? 'yes' : 'no',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    ...settings,
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Waits until this very process serves; with an append-only file it loads that first. */
async function answers(port: number, redis: OwnProcess): Promise<void> {
  const until = Date.now() + startLimitMs;
  while (Date.now() < until && !redis.hasEnded()) {
    if ((await servedBy(port)) === redis.pid) return;
    await pause(20);
  }
  const what = redis.hasEnded() ? 'ended at once' : `did not answer within ${String(startLimitMs / 1000)} s`;
  throw new NotStarted(`redis-server on port ${String(port)} ${what}:\n${redis.lastLines()}`);
}

/** The process that answers PING on a port, or null: another server may have been faster to take it. */
function servedBy(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => void socket.write('PING\r\nINFO server\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (data) => {
      heard += data.toString();
      const pid = /^process_id:(\d+)\r$/m.exec(heard)?.[1];
      const serves = heard.startsWith('+PONG');
      if (serves && pid === undefined) return;
      resolve(serves ? Number(pid) : null);
      socket.destroy();
    });
    socket.once('error', () => resolve(null));
    socket.once('close', () => resolve(null));
  });
}
