import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId, type Edge } from '../../src/federation/edge.ts';
import { ShuttingDown } from '../../src/net/deadline.ts';
import { jobVersion, type EdgeJob } from '../../src/queue/job.ts';
import { NotYet } from '../../src/queue/put-back.ts';
import type { DnsScript } from '../fakes/scripted-net.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, healthyEdge, sharedRoute, type Bed } from './bed.ts';

const minute = 60_000;
const names = ['a.example', 'b.example', 'c.example'];
const partners = names.map((name) => ({ ...partner(name, minute), route: { host: `sip.${name}`, port: 5061 } }));

/** Partners with an edge each, all in one job. */
async function crew(addresses: readonly string[]): Promise<{ it: Bed; edges: readonly Edge[]; job: EdgeJob }> {
  const dns: Record<string, DnsScript> = { '* SRV': 'dns_nodata' };
  for (const [at, address] of addresses.entries()) {
    const name = `sip.${names[at] ?? ''}`;
    dns[`${name} A`] = [{ type: 'A', name, ttl: 60, address }];
    dns[`${name} AAAA`] = 'dns_nodata';
  }
  const edges = Object.fromEntries(addresses.map((address) => [`${address}:5061`, healthyEdge(base)]));
  const it = bed(partners, { edges, dns });
  const slots = names.map((domain) => ({ domain, slotMs: base + 10_000 }));
  await it.work.route({ v: jobVersion, slots }, it.context());
  const job = it.queue.takeTogether();
  return { it, edges: job.slots.map(({ edge }) => edge), job };
}

const connected = ({ net }: Bed): readonly string[] =>
  net.calls.flatMap((call) => (call.startsWith('connect') ? [call] : []));

test('the edges of a job are examined each by itself, and everyone behind them is judged', async () => {
  const { it, edges, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  await it.work.edge(job, it.context());
  assert.equal(connected(it).length, 3);
  assert.equal((await it.store.edges(edges.map(edgeId))).size, 3);
  assert.equal((await it.store.standings(names)).size, 3);
});

test('one whose turn has not come goes back alone with the time it waited, and the others are done', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.1', '192.0.2.3']);
  const work = it.worker(partners, 20_000);
  const enqueuedMs = it.time.nowMs - 5_000;
  await work.edge(job, it.context({ enqueuedMs }));
  assert.equal(connected(it).length, 2);
  const back = it.queue.take();
  assert.deepEqual(
    back.map(({ slots }) => slots.map(({ edge, sinceMs }) => `${edge.host} ${String(sinceMs)}`)),
    [[`sip.b.example ${String(enqueuedMs)}`]],
  );
  assert.ok((it.queue.delays[0] ?? 0) > 15_000 && (it.queue.delays[0] ?? 0) <= 20_000, String(it.queue.delays[0]));
});

test('a job that was begun and left goes on one by one, and who died with it is remembered', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  await it.work.edge(job, it.context({ rerun: true, orphaned: true, deaths: 1 }));
  assert.deepEqual(connected(it), []);
  const alone = it.queue.take();
  assert.deepEqual(
    alone.map(({ slots }) => slots.map(({ deaths }) => deaths)),
    [[1], [1], [1]],
  );
  for (const each of alone) await it.work.edge(each, it.context());
  assert.equal((await it.store.standings(names)).size, 3);
  const [first] = alone;
  await it.work.edge(first!, it.context({ rerun: true, orphaned: true, deaths: 4 }));
  assert.deepEqual(it.counted.quarantined, ['edge'], 'the fifth death, with the one before');
});

test('what was recorded before a job was left is not examined again; asked for once more, it is not beside whoever has it', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  await it.work.edge(job, it.context());
  await it.work.edge(job, it.context({ rerun: true }));
  for (const each of it.queue.take()) await it.work.edge(each, it.context());
  assert.equal(connected(it).length, 3);
  const later: EdgeJob = { ...job, slots: job.slots.map((slot) => ({ ...slot, slotMs: slot.slotMs + minute })) };
  it.time.nowMs += minute;
  const alone = later.slots.map((slot): EdgeJob => ({ ...later, slots: [{ ...slot, again: 'asked' }] }));
  await Promise.all(
    [it.work.edge(later, it.context()), ...alone.map((each) => it.work.edge(each, it.context()))].map(
      // One that meets the other at the same place waits for its turn, and then finds what that one saw.
      (work) => work.catch((error: unknown) => assert.ok(error instanceof NotYet, String(error))),
    ),
  );
  assert.equal(connected(it).length, 6);
});

test('partners of one edge whose job is run again ask for it once, and nobody connects twice', async () => {
  const shared = ['a.example', 'b.example', 'c.example'].map((name) => ({
    ...partner(name, minute),
    route: sharedRoute,
  }));
  const it = bed(shared);
  const slots = shared.map(({ domain }) => ({ domain, slotMs: base }));
  await it.work.route({ v: jobVersion, slots }, it.context());
  await it.work.edge(it.queue.takeTogether(), it.context());
  assert.equal(connected(it).length, 1);
  it.time.nowMs += minute;
  const next = slots.map((slot) => ({ ...slot, slotMs: base + minute }));
  await it.work.route({ v: jobVersion, slots: next }, it.context());
  const first = it.queue.takeTogether();
  await it.work.route({ v: jobVersion, slots: next }, it.context({ rerun: true }));
  const second = it.queue.take();
  assert.equal(second.length, 1);
  await it.work.edge(first, it.context());
  await it.work.edge(second[0]!, it.context());
  assert.equal(connected(it).length, 2);
});

test('what waits for its turn when the process stops is given back at once, without a turn', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  const signal = AbortSignal.abort(new ShuttingDown('stopping'));
  await assert.rejects(it.work.edge(job, it.context({ signal })), ShuttingDown);
  assert.deepEqual([connected(it), it.queue.take()], [[], []]);
});

test('a clock that goes wrong under a job of several puts the whole job back, and none of it by that clock', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.1', '192.0.2.3']);
  const work = it.worker(partners, 20_000);
  const enqueuedMs = it.time.nowMs;
  const wrong = work.edge(job, it.context({ enqueuedMs }));
  Object.assign(it.time, { nowMs: enqueuedMs + 3_600_000, doubted: true });
  await assert.rejects(wrong, NotYet);
  assert.deepEqual(it.queue.take(), []);
});

test('a bug in judging one partner is told of its edge; the partners of the others are judged', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  const advance = it.store.advance.bind(it.store);
  it.store.advance = (standing, ...more) =>
    standing.domain === 'b.example' ? Promise.reject(new Error('a bug')) : advance(standing, ...more);
  const jobs = job.slots.map((slot): EdgeJob => ({ ...job, slots: [slot] }));
  const ended = await Promise.allSettled(jobs.map((each) => it.work.edge(each, it.context())));
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual([...(await it.store.standings(names)).keys()], ['a.example', 'c.example']);
});

test('the turn that a dead worker held is not waited for by the job it left', async () => {
  const { it, job } = await crew(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  const [slot] = job.slots;
  const id = edgeId(slot!.edge);
  const pace = { gapMs: 0, leaseMs: 60_000, withinMs: 60_000, everyMs: minute };
  const holder = `${id}@${String(slot!.slotMs)}`;
  await it.store.takeTurn({ place: '192.0.2.1:5061', holder, sharer: id, slotMs: slot!.slotMs, ...pace });
  await it.work.edge(job, it.context({ rerun: true, orphaned: true, deaths: 1 }));
  for (const each of it.queue.take()) await it.work.edge(each, it.context());
  assert.equal(connected(it).length, 3);
});
