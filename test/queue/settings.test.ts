import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { createProducer } from '../../src/queue/producer.ts';
import {
  keepJobs,
  producerConnection,
  queueSettings,
  rerunMs,
  retryDelayMs,
  workerConnection,
} from '../../src/queue/settings.ts';
import { consumer, eventually, quiet, redisFor, settingsFor, slot } from './rig.ts';

const minute = 60_000;
const place = { url: 'redis://127.0.0.1:6379', prefix: '{test}' };

test('finished jobs are kept for two of the longest intervals and a minute, as many as come in that time', () => {
  const kept = (...intervals: readonly number[]) => {
    const made = keepJobs(queueSettings({ redis: place, partners: intervals.map((everyMs) => ({ everyMs })) }));
    return typeof made === 'object' ? made : null;
  };
  assert.deepEqual(kept(5_000), { age: 180, count: 1_000 + 36 * 4 }, 'a minute is the least that is reckoned with');
  assert.deepEqual(kept(minute, 5 * minute), { age: 660, count: Math.ceil(1_000 + (11 + 2.2) * 4) });
  assert.deepEqual(kept(), { age: 180, count: 1_000 });
});

test('the pause before connecting again is 50 ms to 2 s, half of it random', () => {
  for (let times = 1; times <= 40; times += 1) {
    const fullMs = Math.min(2_000, 50 * 2 ** Math.min(times, 6));
    const delays = Array.from({ length: 50 }, () => retryDelayMs(times));
    assert.ok(Math.min(...delays) >= Math.max(50, fullMs / 2) && Math.max(...delays) <= fullMs, String(times));
    assert.ok(new Set(delays).size > 10, 'spread');
  }
});

test('a producer fails fast and queues nothing, a worker waits as long as it takes; both leave a replica and a silent server', () => {
  const producer: RedisOptions = producerConnection(place);
  const worker: RedisOptions = workerConnection(place);
  const { enableOfflineQueue, maxRetriesPerRequest, commandTimeout } = producer;
  assert.deepEqual([enableOfflineQueue, maxRetriesPerRequest, commandTimeout], [false, 1, 2_000]);
  assert.equal(worker.maxRetriesPerRequest, null);
  assert.deepEqual([producer.socketTimeout, worker.socketTimeout], [4_000, 15_000]);
  for (const each of [producer, worker]) {
    assert.deepEqual([each.keepAlive, each.connectTimeout, each.retryStrategy], [5_000, 5_000, retryDelayMs]);
    assert.equal(each.reconnectOnError!(new Error("READONLY You can't write against a read only replica.")), 2);
    assert.equal(each.reconnectOnError!(new Error('OOM command not allowed')), false);
  }
});

test('while a job runs its lock is 3 s at most and renewed; keys stand under the hash tag; one try', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const producer = createProducer(settingsFor(redis.url), quiet);
  const raw = new Redis(redis.url);
  let running = false;
  let end = (): void => undefined;
  const worker = consumer(settingsFor(redis.url), () => {
    running = true;
    return new Promise((done) => (end = done));
  });
  atEnd(async () => {
    end();
    raw.disconnect();
    await producer.close();
    await worker.consumer.close(0);
  });
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => running, 5_000));
  const [lock = ''] = await raw.keys('*:lock');
  const left: number[] = [];
  for (let look = 0; look < 20; look += 1) {
    left.push(await raw.pttl(lock));
    await pause(250);
  }
  assert.ok(Math.max(...left) <= 3_000 && Math.max(...left) < rerunMs, `${String(Math.max(...left))} ms`);
  assert.ok(Math.min(...left) > 1_000, `held after 5 s, never less than ${String(Math.min(...left))} ms`);
  const keys = await raw.keys('*');
  assert.deepEqual(
    keys.filter((key) => !key.startsWith('{test}:')),
    [],
  );
  const job = await raw.hgetall(lock.replace(/:lock$/, ''));
  assert.equal((JSON.parse(job['opts'] ?? '{}') as { attempts?: number }).attempts, 1);
});
