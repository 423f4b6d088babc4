import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueUnavailable } from '../../src/queue/producer.ts';
import { waitingIn } from '../../src/role/queues.ts';

test('what waits longest is told by queue and vantage, in seconds', async () => {
  const queue = { oldestWaiting: () => Promise.resolve([{ queue: 'edge', sinceMs: 1_500 }] as const) };
  assert.deepEqual(await waitingIn('paris-1', queue), [
    {
      metric: 'fedmon_queue_oldest_waiting_timestamp_seconds',
      labels: { queue: 'edge', vantage: 'paris-1' },
      value: 1.5,
    },
  ]);
});

test('of a queue that cannot be read nothing is told; a bug is none of that', async () => {
  assert.deepEqual(
    await waitingIn('paris-1', { oldestWaiting: () => Promise.reject(new QueueUnavailable('away')) }),
    [],
  );
  await assert.rejects(
    waitingIn('paris-1', { oldestWaiting: () => Promise.reject(new TypeError('a bug')) }),
    TypeError,
  );
});
