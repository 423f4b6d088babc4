import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProducer, QueueUnavailable } from '../../src/queue/producer.ts';
import { consumer, eventually, quiet, redisFor, settingsFor, slot } from './rig.ts';

test('what a queue holds is told, and the job that waits longest, also behind those that were put before it, and no longer once it is taken', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const settings = settingsFor(found.redis.url);
  const producer = createProducer(settings, quiet);
  found.atEnd(() => producer.close());
  const none = { jobs: { waiting: 0, active: 0, delayed: 0 }, oldestMs: null, workers: 0 };
  assert.deepEqual(await producer.states(), [
    { queue: 'route', ...none },
    { queue: 'edge', ...none },
  ]);

  const beforeMs = Date.now();
  await producer.addRoutes([slot(1)]);
  const addedMs = Date.now();
  await new Promise((next) => setTimeout(next, 20));
  await producer.addRoutes([slot(2)]);
  for (let at = 3; at < 3 + 31; at += 1) await producer.addNow(slot(at));
  // A job that rests cannot be taken, and waits for nobody.
  await producer.addLater(slot(50), 60_000);
  const [routes, edges] = await producer.states();
  assert.deepEqual(edges, { queue: 'edge', ...none });
  assert.deepEqual(routes?.jobs, { waiting: 33, active: 0, delayed: 1 });
  const { oldestMs } = routes;
  assert.ok(oldestMs !== null && oldestMs >= beforeMs && oldestMs <= addedMs, JSON.stringify(routes));

  const { consumer: worker, counts } = consumer(settings, () => Promise.resolve());
  found.atEnd(() => worker.close(0));
  assert.ok(await eventually(() => counts.done === 33, 60_000));
  const last = await producer.states();
  assert.deepEqual(
    last.map(({ jobs, oldestMs: oldest, workers }) => [jobs.waiting, oldest, workers]),
    [
      [0, null, 1],
      // The consumer of this test takes routes only.
      [0, null, 0],
    ],
  );
});

test('a Redis that is not there tells nothing, and soon', async () => {
  const producer = createProducer(settingsFor('redis://127.0.0.1:1'), quiet);
  const begunMs = performance.now();
  await assert.rejects(producer.states(), QueueUnavailable);
  assert.ok(performance.now() - begunMs < 10_000);
  await producer.close();
});
