import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costsIn, needed } from './capacity.ts';
import { alone, lineThrough, shared } from './growth.ts';

const costs = {
  ...{ partnerMs: 0.6, edgeMs: 3, workerPartnerMs: 0.3, workerEdgeMs: 2, redisPartnerMs: 0.1, redisEdgeMs: 0.5 },
  ...{ restCores: 0.01, redisMegabytes: 0.004 },
};

test('a line through points that lie on one', () => {
  const points = [1, 2, 5].map((size) => ({ size, costMs: 7 + 3 * size }));
  const { slopeMs, baseMs } = lineThrough(points);
  assert.deepEqual([slopeMs.toFixed(6), baseMs.toFixed(6)], ['3.000000', '7.000000']);
});

test('what a fleet needs grows with partners and vantages, and Redis is full before it is at an end', () => {
  const fleet = { partners: 10_000, sharers: 10, everyMs: 60_000, vantages: 1 };
  const one = needed(fleet, costs);
  assert.deepEqual([one.cores.toFixed(2), one.workers, one.redis.toFixed(3), one.fits], ['0.16', 1, '0.025', true]);
  assert.equal(one.redisMegabytes, 40);
  const many = needed({ ...fleet, partners: 300_000, vantages: 3 }, costs);
  assert.deepEqual([many.cores.toFixed(2), many.workers, many.fits], ['13.51', 15, false]);
});

test('costs are read from the rows of a report, and from nothing less', () => {
  const row = (what: string, value: string): string => `| ${what} | ${value} |  |  |`;
  const half = (of: string, one: number, worker: number, redis: number): readonly string[] => [
    row(`${of}: one more`, `${String(one)} ms`),
    row(`${of}: one more, of it the worker`, `${String(worker)} ms`),
    row(`${of}: one more, of it redis`, `${String(redis)} ms`),
    row(`${of}: what does not grow, an interval`, '1200 ms'),
  ];
  const growth = ['## growth', '', ...half(shared, 0.6, 0.3, 0.1), ...half(alone, 3.6, 2.3, 0.6), ''];
  const large = ['## large', '', row('most memory, redis (used_memory)', '40 MB'), ''];
  const read = costsIn([...large, ...growth].join('\n'));
  for (const [name, value] of Object.entries(costs))
    assert.equal(read?.[name as keyof typeof costs].toFixed(4), value.toFixed(4), name);
  assert.equal(costsIn(growth.join('\n')), null);
});
