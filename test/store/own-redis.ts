import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import type { Log } from '../../src/log/log.ts';
import { cannotRun } from '../lab/debian.ts';
import { RedisNotFound, startRedis, type Redis } from '../lab/redis.ts';

/** A server that tests may empty, stop and reconfigure: never the one of REDIS_URL. Null: said in a skipped test. */
export async function ownRedis(about: string): Promise<Redis | null> {
  try {
    return await startRedis({ own: true });
  } catch (error) {
    if (!(error instanceof RedisNotFound)) throw error;
    test(about, (t) => cannotRun(t, error.message));
    return null;
  }
}

/** A log that keeps its lines as JSON. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string): void => void lines.push(JSON.stringify({ ...fields, message }));
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}

/** Tries until it works; throws the last failure after `ms`. */
export async function eventually<T>(ms: number, attempt: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + ms;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await pause(50);
    }
  }
}
