import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProducer, QueueUnavailable } from '../../src/queue/producer.ts';
import { consumer, eventually, quiet, redisFor, settingsFor, slot } from './rig.ts';

test('the job that waits longest is told by queue, also behind those that were put before it, and no longer once it is taken', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const settings = settingsFor(found.redis.url);
  const producer = createProducer(settings, quiet);
  found.atEnd(() => producer.close());
  assert.deepEqual(await producer.oldestWaiting(), []);

  const beforeMs = Date.now();
  await producer.addRoutes([slot(1)]);
  const addedMs = Date.now();
  await new Promise((next) => setTimeout(next, 20));
  await producer.addRoutes([slot(2)]);
  for (let at = 3; at < 3 + 31; at += 1) await producer.addNow(slot(at));
  // A job that rests cannot be taken, and waits for nobody.
  await producer.addLater(slot(50), 60_000);
  const [oldest, ...others] = await producer.oldestWaiting();
  assert.deepEqual([oldest?.queue, others], ['route', []]);
  assert.ok(oldest !== undefined && oldest.sinceMs >= beforeMs && oldest.sinceMs <= addedMs, JSON.stringify(oldest));

  const { consumer: worker, counts } = consumer(settings, () => Promise.resolve());
  found.atEnd(() => worker.close(0));
  assert.ok(await eventually(() => counts.done === 33, 60_000));
  assert.deepEqual(await producer.oldestWaiting(), []);
});

test('a Redis that is not there tells nothing, and soon', async () => {
  const producer = createProducer(settingsFor('redis://127.0.0.1:1'), quiet);
  const begunMs = performance.now();
  await assert.rejects(producer.oldestWaiting(), QueueUnavailable);
  assert.ok(performance.now() - begunMs < 10_000);
  await producer.close();
});
