import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueUnavailable, type QueueState } from '../../src/queue/producer.ts';
import { samplesOf } from '../../src/role/queues.ts';

const edge: QueueState = {
  queue: 'edge',
  jobs: { waiting: 3, active: 2, delayed: 1 },
  oldestMs: 1_500,
  workers: 4,
};
const labels = { queue: 'edge', vantage: 'paris-1' };

test('what a queue holds is told by queue and vantage, instants in seconds', async () => {
  assert.deepEqual(await samplesOf('paris-1', { states: () => Promise.resolve([edge]) }), [
    { metric: 'fedmon_queue_jobs', labels: { ...labels, state: 'waiting' }, value: 3 },
    { metric: 'fedmon_queue_jobs', labels: { ...labels, state: 'active' }, value: 2 },
    { metric: 'fedmon_queue_jobs', labels: { ...labels, state: 'delayed' }, value: 1 },
    { metric: 'fedmon_queue_oldest_waiting_timestamp_seconds', labels, value: 1.5 },
    { metric: 'fedmon_queue_workers', labels, value: 4 },
  ]);
});

test('where none waits there is no instant, where we may not ask no number of workers', async () => {
  const found = await samplesOf('paris-1', {
    states: () => Promise.resolve([{ ...edge, oldestMs: null, workers: null }]),
  });
  assert.deepEqual([...new Set(found.map(({ metric }) => metric))], ['fedmon_queue_jobs']);
});

test('of a queue that cannot be read nothing is told; a bug is none of that', async () => {
  assert.deepEqual(await samplesOf('paris-1', { states: () => Promise.reject(new QueueUnavailable('away')) }), []);
  await assert.rejects(samplesOf('paris-1', { states: () => Promise.reject(new TypeError('a bug')) }), TypeError);
});
