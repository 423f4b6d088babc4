import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId, type Edge } from '../../src/federation/edge.ts';
import { edgeJob } from '../../src/queue/job.ts';

const edge: Edge = {
  transport: 'tls',
  host: 'sip.a.example',
  port: 5061,
  address: '192.0.2.1',
  serverName: 'sip.a.example',
  options: true,
};

test('an identity makes an edge another one only where a partner chose it', () => {
  assert.equal(edgeId(edge), 'tls|sip.a.example|5061|192.0.2.1|sip.a.example|options');
  const all = [edge, { ...edge, identity: 'lab' }, { ...edge, identity: 'none' }].map(edgeId);
  assert.equal(new Set(all).size, 3);
});

test('a job carries the identity of its edge, and jobs without one are read as before', () => {
  const job = { v: 1, edge, slotMs: 0, timeoutMs: 1, everyMs: 2 };
  const chosen = { ...job, edge: { ...edge, identity: 'lab' } };
  assert.deepEqual(edgeJob.parse(JSON.parse(JSON.stringify(job))), job);
  assert.deepEqual(edgeJob.parse(JSON.parse(JSON.stringify(chosen))), chosen);
  for (const identity of ['', 'x'.repeat(65), 1]) {
    assert.equal(edgeJob.safeParse({ ...job, edge: { ...edge, identity } }).success, false, String(identity));
  }
  assert.equal(edgeJob.safeParse({ ...job, edge: { ...edge, identity: 'x'.repeat(64) } }).success, true);
});
