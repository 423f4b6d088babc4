import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partner } from '../../src/federation/partner.ts';
import type { Stops } from '../../src/federation/stop.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import { plannedOf } from '../../src/role/planned.ts';
import { checkDefaults } from '../../src/config/defaults.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, sharedRoute, type Bed } from './bed.ts';

// The operator's kill switch: what is stopped is asked nothing, not even by jobs that were queued before.

const minute = 60_000;
const a: Partner = { ...partner('a.example', minute), route: sharedRoute };
const free = partner('free.example', minute);
const slot = (domain: string): RouteJob => ({ v: jobVersion, slots: [{ domain, slotMs: base }] });
const stopping = (host: string, port: number | null = null): Stops => ({ all: false, places: [{ host, port }] });
const everything: Stops = { all: true, places: [] };

/** What of a partner reached the network, when it was stopped before its job and after its route was looked up. */
async function sentBy(it: Bed, stops: Stops, of: Partner): Promise<readonly string[]> {
  const work = it.worker([of], 0, stops);
  await work.route(slot(of.domain), it.context());
  for (const job of it.queue.take()) await work.edge(job, it.context());
  return it.net.calls;
}

for (const [name, stops] of [
  ['its domain', stopping('a.example')],
  ['its pinned host', stopping(sharedRoute.host)],
  ['everything', everything],
] as const) {
  test(`stopped by ${name}: nothing is sent, not even a query, and that is counted`, async () => {
    const it = bed([a]);
    assert.deepEqual(await sentBy(it, stops, a), []);
    assert.equal(it.counted.withheld, 1);
    assert.equal((await it.store.standings(['a.example'])).size, 0);
  });
}

test('stopped by its address: the lookup shows it, and nothing is connected to', async () => {
  const it = bed([a]);
  const calls = await sentBy(it, stopping('192.0.2.1', 5061), a);
  assert.ok(calls.length > 0);
  assert.deepEqual(
    calls.filter((call) => call.startsWith('connect')),
    [],
  );
  assert.equal(it.counted.withheld, 1);
  assert.equal((await it.store.standings(['a.example'])).size, 0);
});

test('a job that was queued before is not carried out any more, and nobody is judged by it', async () => {
  const it = bed([a]);
  await it.work.route(slot('a.example'), it.context());
  const [job] = it.queue.take();
  assert.ok(job);
  const before = it.net.calls.length;
  await it.worker([a], 0, stopping('192.0.2.1')).edge(job, it.context());
  assert.equal(it.net.calls.length, before);
  assert.equal(it.counted.withheld, 1);
  assert.equal((await it.store.standings(['a.example'])).size, 0);
  // Taken back in time, the same job is carried out.
  await it.work.edge(job, it.context());
  assert.equal((await it.store.standings(['a.example'])).get('a.example')?.state, 'healthy');
});

test('no slots are planned for who is stopped, nor for a canary that is', () => {
  const config = { ...checkDefaults(), partners: [a, free], canary: { host: 'canary.example', port: 5061 } };
  const planned = (stops: Stops): readonly string[] =>
    plannedOf({ ...config, politeness: { gapMs: 0, stops } }).map(({ domain }) => domain);
  assert.deepEqual(planned(stopping('a.example')), ['free.example', 'canary']);
  assert.deepEqual(planned(stopping('canary.example')), ['a.example', 'free.example']);
  assert.deepEqual(planned(everything), []);
});
