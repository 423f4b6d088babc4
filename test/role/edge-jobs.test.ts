import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId, type Edge } from '../../src/federation/edge.ts';
import { jobVersion, type EdgeJob } from '../../src/queue/job.ts';
import type { DnsScript } from '../fakes/scripted-net.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, healthyEdge, type Bed } from './bed.ts';

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
