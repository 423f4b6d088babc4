import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId, type Edge } from '../../src/federation/edge.ts';
import { edgeJob, edgeJobVersion, edgesPerJob } from '../../src/queue/job.ts';

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

test('a job carries the identity of its edge, where it has one', () => {
  const jobOf = (one: object) => ({ v: edgeJobVersion, slots: [{ edge: one, slotMs: 0, timeoutMs: 1, everyMs: 2 }] });
  for (const job of [jobOf(edge), jobOf({ ...edge, identity: 'lab' })])
    assert.deepEqual(edgeJob.parse(JSON.parse(JSON.stringify(job))), job);
  for (const identity of ['', 'x'.repeat(65), 1]) {
    assert.equal(edgeJob.safeParse(jobOf({ ...edge, identity })).success, false, String(identity));
  }
  assert.equal(edgeJob.safeParse(jobOf({ ...edge, identity: 'x'.repeat(64) })).success, true);
});

test('a job has an edge at least, and no more than may ride together', () => {
  const slot = { edge, slotMs: 0, timeoutMs: 1, everyMs: 2, sinceMs: 0, deaths: 1, again: 'left' };
  const of = (count: number) => ({ v: edgeJobVersion, slots: Array.from({ length: count }, () => slot) });
  const taken = [0, 1, edgesPerJob, edgesPerJob + 1].map((count) => edgeJob.safeParse(of(count)).success);
  assert.deepEqual(taken, [false, true, true, false]);
});
