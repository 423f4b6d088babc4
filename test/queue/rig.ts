import type { TestContext } from 'node:test';
import type { Log } from '../../src/log/log.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import { createConsumer, type Consumer, type Handler } from '../../src/queue/consumer.ts';
import { routeJob, type RouteJob } from '../../src/queue/job.ts';
import { queueSettings, type QueueSettings } from '../../src/queue/settings.ts';
import { needsRedis, type Redis, type RedisOptions } from '../lab/redis.ts';

export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export function settingsFor(url: string, over: Partial<QueueSettings> = {}): QueueSettings {
  return { ...queueSettings({ redis: { url, prefix: '{test}' }, partners: [{ everyMs: 60_000 }] }), ...over };
}

export interface Counts {
  done: number;
  failed: number;
  stalled: number;
}

/** A consumer of the route queue that counts. */
export function consumer(
  settings: QueueSettings,
  handler: Handler<RouteJob>,
  log: Log = quiet,
  clock: Clock = systemClock,
  clockWrongByMs?: () => number,
): { consumer: Consumer; counts: Counts } {
  const counts: Counts = { done: 0, failed: 0, stalled: 0 };
  const own = {
    jobDone: () => void (counts.done += 1),
    jobFailed: () => void (counts.failed += 1),
    jobStalled: () => void (counts.stalled += 1),
  };
  const made = createConsumer({
    queue: 'route',
    schema: routeJob,
    handler,
    settings,
    own,
    clock,
    log,
    ...(clockWrongByMs === undefined ? {} : { clockWrongByMs }),
  });
  return { consumer: made, counts };
}

/** Waits until a condition holds; false after `limitMs`. */
export async function eventually(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) return false;
    await new Promise((next) => setTimeout(next, 20));
  }
  return true;
}

/** One slot of a made-up partner; a fresh number is a fresh job. */
export function slot(number: number, domain = 'a.example'): { domain: string; slotMs: number } {
  return { domain, slotMs: 1_700_000_000_000 + number };
}

/** A Redis for a test; what is handed to `atEnd` ends before it does, last first. Null: the test was skipped. */
export async function redisFor(
  t: TestContext,
  options: RedisOptions = { own: true },
): Promise<{ readonly redis: Redis; readonly atEnd: (end: () => Promise<void>) => void } | null> {
  const ends: (() => Promise<void>)[] = [];
  // Hooks run in the order they were registered in: this one comes before the end of Redis.
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const redis = await needsRedis(t, options);
  return redis === null ? null : { redis, atEnd: (end) => void ends.push(end) };
}
