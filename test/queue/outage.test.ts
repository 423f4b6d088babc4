import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Redis as Client } from 'ioredis';
import type { Log } from '../../src/log/log.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createProducer, QueueUnavailable } from '../../src/queue/producer.ts';
import { freePort } from '../lab/ports.ts';
import { startRedis, type Redis } from '../lab/redis.ts';
import { ownNowMs } from '../processor-time.ts';
import { consumer, eventually, quiet, redisFor, settingsFor, slot } from './rig.ts';

/** With what has to come, however busy the machine is; nothing is decided by it but that it does not come. */
const patienceMs = 60_000;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A place where a Redis can die and come back with its data. */
async function place(t: TestContext): Promise<{ port: number; dir: string; appendonly: true }> {
  const dir = mkdtempSync(join(tmpdir(), 'fedmon-outage-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return { port: await freePort(), dir, appendonly: true };
}

function counting(): { log: Log; lines: () => number } {
  let lines = 0;
  const say = (): void => void (lines += 1);
  return { log: { debug: say, info: say, warn: say, error: say }, lines: () => lines };
}

test('a job that was put back is due while Redis refuses to give it: it is not asked for again at once', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const settings = settingsFor(redis.url);
  const admin = new Client(redis.url);
  const { log, lines } = counting();
  const producer = createProducer(settings, quiet);
  let isFull = true;
  const worker = consumer(
    settings,
    async () => {
      if (!isFull) return;
      await admin.config('SET', 'maxmemory', '1');
      throw Object.assign(new Error('no memory'), { code: 'store_unavailable' });
    },
    log,
  );
  atEnd(async () => {
    await worker.consumer.close(0);
    await producer.close();
    admin.disconnect();
  });
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => lines() > 0, patienceMs), 'it is put back');
  // It rests for a second.
  await pause(1_500);
  const before = lines();
  await pause(3_000);
  const said = lines() - before;
  // A fetch a second, and a look for jobs of dead workers twice a second.
  assert.ok(said <= 15, `${String(said)} errors in 3 s`);
  isFull = false;
  await admin.config('SET', 'maxmemory', '0');
  assert.ok(await eventually(() => worker.counts.done === 1, patienceMs), 'and is done once there is room');
});

test('Redis is killed and back after 12 s: the worker takes jobs again within 5 s, the producer adds at once', async (t) => {
  const where = await place(t);
  const found = await redisFor(t, where);
  if (found === null) return;
  const { redis, atEnd } = found;
  const settings = settingsFor(redis.url);
  const { log, lines } = counting();
  const producer = createProducer(settings, quiet);
  const ahead = { byMs: 0 };
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead.byMs };
  const worker = consumer(settings, () => Promise.resolve(), log, clock);
  let back: Redis | null = null;
  atEnd(async () => {
    await worker.consumer.close(0);
    await producer.close();
    await back?.stop();
  });
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => worker.counts.done === 1, patienceMs));

  redis.kill('SIGKILL');
  const downMs = performance.now();
  let refused = 0;
  while (performance.now() - downMs < 12_000) {
    const askedMs = ownNowMs();
    await assert.rejects(producer.addRoutes([slot(2)]), QueueUnavailable);
    assert.ok(ownNowMs() - askedMs < 3_500, 'the producer fails fast');
    refused += 1;
    await pause(500);
  }
  assert.ok(refused > 3);
  assert.equal(worker.consumer.alive(), true);
  ahead.byMs = 61_000;
  assert.match(String(worker.consumer.alive()), /^no job of the queue route was fetched or finished for \d+ s$/);
  back = await startRedis(where);
  const backMs = ownNowMs();
  const added = (): Promise<boolean> =>
    producer.addRoutes([slot(3)]).then(
      () => true,
      () => false,
    );
  assert.ok(await eventually(added, patienceMs), 'the producer adds again');
  assert.ok(await eventually(() => worker.counts.done === 2, patienceMs), 'the worker works again');
  const workedMs = ownNowMs() - backMs;
  assert.ok(workedMs <= 5_000, `${String(Math.round(workedMs))} ms`);
  assert.equal(worker.consumer.alive(), true);
  t.diagnostic(`worked again after ${String(Math.round(workedMs))} ms; ${String(lines())} undamped log lines`);
});

test('a worker and a producer that were there before Redis work once it comes', async (t) => {
  const where = await place(t);
  const settings = settingsFor(`redis://127.0.0.1:${String(where.port)}`);
  const producer = createProducer(settings, quiet);
  const worker = consumer(settings, () => Promise.resolve());
  t.after(async () => {
    await worker.consumer.close(0);
    await producer.close();
  });
  await assert.rejects(producer.addRoutes([slot(1)]), QueueUnavailable);
  if ((await redisFor(t, where)) === null) return;
  assert.ok(
    await eventually(
      () =>
        producer.addRoutes([slot(2)]).then(
          () => true,
          () => false,
        ),
      patienceMs,
    ),
  );
  assert.ok(await eventually(() => worker.counts.done >= 1, patienceMs));
});

test('closing with Redis dead takes less than 6 s, idle or with a job under way', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis } = found;
  const settings = settingsFor(redis.url);
  const producer = createProducer(settings, quiet);
  let started = false;
  const busy = consumer(settings, async (_, { signal }) => {
    started = true;
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  });
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => started, patienceMs));
  const idle = consumer(settings, () => Promise.resolve());
  assert.ok(await eventually(() => idle.consumer.alive() === true, 1_000));
  await pause(500);
  redis.kill('SIGKILL');
  await pause(1_000);

  for (const each of [idle.consumer.close(500), busy.consumer.close(500), producer.close()]) {
    const startedMs = ownNowMs();
    await each;
    assert.ok(ownNowMs() - startedMs < 6_000);
  }
});

test('Redis without memory: a few errors a second, not thousands, and work goes on once there is room', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const settings = settingsFor(redis.url, { concurrency: { route: 1, edge: 1 } });
  const { log, lines } = counting();
  const producer = createProducer(settings, quiet);
  let started = 0;
  const handler = async (): Promise<void> => {
    started += 1;
    await pause(500);
  };
  const worker = consumer(settings, handler, log);
  const client = new Client(redis.url);
  atEnd(() => {
    client.disconnect();
    return Promise.resolve();
  });
  atEnd(() => producer.close());
  atEnd(() => worker.consumer.close(0));
  const limit = (bytes: string): Promise<unknown> => client.config('SET', 'maxmemory', bytes);

  // The memory ends under a job that runs while others wait.
  for (const each of [1, 2, 3]) await producer.addRoutes([slot(each)]);
  assert.ok(await eventually(() => started === 1, patienceMs));
  await limit('1mb');
  const before = lines();
  await pause(4_000);
  assert.ok(lines() - before > 0 && lines() - before < 60, `${String(lines() - before)} errors in 4 s`);
  await assert.rejects(producer.addRoutes([slot(4)]), QueueUnavailable);
  await limit('0');
  await producer.addRoutes([slot(5)]);
  assert.ok(await eventually(() => worker.counts.done === 4, patienceMs), `${String(worker.counts.done)} done`);
});
