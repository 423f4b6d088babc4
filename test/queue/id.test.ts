import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { edgeJobId, routeJobId } from '../../src/queue/id.ts';
import { retryDelayMs, queueSettings } from '../../src/queue/settings.ts';
import { slot } from './rig.ts';

const edge = {
  transport: 'tls',
  host: 'h.example',
  port: 5061,
  address: '2001:db8::1',
  serverName: 'h.example',
  options: true,
} as const;

const edgeSlot = { edge, slotMs: 0, timeoutMs: 5_000, everyMs: 60_000 };

test('job ids are stable, tell work apart and are such as BullMQ takes', () => {
  const ids = [
    routeJobId({ slots: [slot(1)] }),
    routeJobId({ slots: [slot(2)] }),
    routeJobId({ slots: [slot(1), slot(1, 'b.example')] }),
    edgeJobId({ slots: [edgeSlot] }),
    edgeJobId({ slots: [{ ...edgeSlot, slotMs: 60_000 }] }),
    edgeJobId({ slots: [{ ...edgeSlot, edge: { ...edge, options: false } }] }),
    edgeJobId({ slots: [edgeSlot, { ...edgeSlot, slotMs: 60_000 }] }),
  ];
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^(route|edge)-[0-9a-f]{32}$/);
  assert.equal(routeJobId({ slots: [slot(1)] }), ids[0]);
});

test('reconnecting is spread over 25 ms to 2 s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (times) => {
      const delay = retryDelayMs(times);
      assert.ok(delay >= 25 && delay <= 2_000);
    }),
  );
});

test('finished jobs are remembered for two of the longest intervals, whatever the fleet', () => {
  const partners = [...Array.from({ length: 5_000 }, () => ({ everyMs: 60_000 })), { everyMs: 300_000 }];
  const { keepMs, keepCount } = queueSettings({ redis: { url: 'redis://h', prefix: '{p}' }, partners });
  assert.ok(keepMs >= 600_000);
  assert.ok(keepCount >= 2 * 5_000 * 5, 'each partner in a job of its own, for two of the longest intervals');
});
