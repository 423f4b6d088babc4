import { setTimeout as pause } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { freePort } from '../lab/ports.ts';
import { startRedis, type Redis } from '../lab/redis.ts';
import { appendOnlyFile, sizeOf, type Sample } from './append-only.ts';

/** A Redis of our own that can be killed and comes back at the same place with what it wrote. */
export interface RedisServer {
  /** What the configuration says of it. */
  readonly place: Readonly<Record<string, unknown>>;
  /** Where its append-only file is. */
  readonly dir: string;
  /** How long the append-only file was, and when. */
  readonly samples: readonly Sample[];
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Runs commands of ours on a connection of their own. */
  readonly ask: <T>(run: (client: Client) => Promise<T>) => Promise<T>;
  stop(): Promise<void>;
}

const sampleMs = 20;
const startTries = 20;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks at how long the append-only file is until stopped. */
export function sampled(dir: string): { readonly samples: readonly Sample[]; readonly stop: () => void } {
  const samples: Sample[] = [];
  const look = (): void => {
    const bytes = sizeOf(appendOnlyFile(dir));
    if (bytes !== samples.at(-1)?.bytes) samples.push({ bytes, atMs: Date.now() });
  };
  const timer = setInterval(look, sampleMs);
  return {
    samples,
    stop() {
      look();
      clearInterval(timer);
    },
  };
}

export async function startRedisServer(
  dir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const port = await freePort();
  const options = { port, dir, appendonly: true, settings: { 'auto-aof-rewrite-percentage': '0', ...settings } };
  let redis: Redis = await startRedis(options);
  const { samples, stop } = sampled(dir);
  return {
    place: { url: redis.url },
    dir,
    samples,
    async kill() {
      redis.kill('SIGKILL');
      while (redis.pid !== null && isAlive(redis.pid)) await pause(5);
    },
    async start() {
      for (let attempt = 1; ; attempt += 1) {
        try {
          redis = await startRedis(options);
          return;
        } catch (error) {
          if (attempt === startTries) throw error;
          await pause(50);
        }
      }
    },
    signal: (signal) => redis.kill(signal),
    async ask(run) {
      const client = new Client(redis.url);
      try {
        return await run(client);
      } finally {
        client.disconnect();
      }
    },
    async stop() {
      stop();
      redis.kill('SIGCONT');
      await redis.stop();
    },
  };
}
