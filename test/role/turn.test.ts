import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Edge } from '../../src/federation/edge.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { createConsumer } from '../../src/queue/consumer.ts';
import { edgeJob, edgeJobVersion, type EdgeJob, type EdgeSlot } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { NotYet } from '../../src/queue/put-back.ts';
import { placeOf } from '../../src/role/turn.ts';
import { createWork } from '../../src/role/work.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { eventually, quiet, redisFor, settingsFor } from '../queue/rig.ts';
import { routeEvidence } from '../store/values.ts';
import { base, bed, settings, type Bed } from './bed.ts';
import { uncounted } from './uncounted.ts';

const minute = 60_000;

function edgeOf(name: string, address: string, port: number): Edge {
  const host = `sip.${name}`;
  return { transport: 'tls', host, port, address, serverName: host, options: true };
}

const slotOf = (edge: Edge, slotMs: number, everyMs = minute): EdgeSlot => ({
  edge,
  slotMs,
  timeoutMs: 5_000,
  everyMs,
});

const jobOf = (...slots: readonly EdgeSlot[]): EdgeJob => ({ v: edgeJobVersion, slots });

/** Accepts, keeps each connection for a while, and hangs up; what it saw. */
async function countingServer(holdMs: number) {
  const seen = { begins: [] as number[], open: 0, most: 0 };
  const server = createServer((socket) => {
    seen.begins.push(performance.now());
    seen.open += 1;
    seen.most = Math.max(seen.most, seen.open);
    socket.on('error', () => undefined);
    socket.on('close', () => (seen.open -= 1));
    setTimeout(() => socket.destroy(), holdMs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { seen, port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

/** Two workers on one Redis examine twelve names of one server, with the canary and a control at the same port or without. */
async function crowd(t: TestContext, watched: boolean): Promise<void> {
  const [names, gapMs] = [12, 150];
  const found = await redisFor(t);
  if (found === null) return;
  const server = await countingServer(60);
  t.after(server.stop);
  const domains = Array.from({ length: names }, (_, at) => `n${String(at)}.example`);
  const edges = domains.map((domain) => edgeOf(domain, '127.0.0.1', server.port));
  const { url } = found.redis;
  const slotMs = Math.floor(Date.now() / minute) * minute;
  let failed = 0;
  const own = uncounted({ jobFailed: () => void (failed += 1) });
  const producer = createProducer(settingsFor(url), quiet);
  const stores = [1, 2].map(() => createRedisStore({ url, prefix: '{test}' }, quiet));
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'system', certificate: null });
  const { port } = server;
  const lookouts = watched
    ? { canary: { host: '127.0.0.1', port, everyMs: 12_000 }, controls: [{ name: 'other', host: '127.0.0.1', port }] }
    : {};
  const config = { partners: [], hysteresis: defaultHysteresis, politeness: { gapMs }, ...lookouts };
  const consumers = stores.map((store) => {
    const world = { net, clock: systemClock };
    const { edge: handler } = createWork({ config, store, producer, world, settings, log: quiet, own });
    const shared = { settings: settingsFor(url), own, clock: systemClock, log: quiet };
    return createConsumer({ ...shared, queue: 'edge', schema: edgeJob, handler });
  });
  found.atEnd(async () => {
    await Promise.all(consumers.map((each) => each.close(0)));
    await producer.close();
    await Promise.all(stores.map((store) => store.close()));
  });
  for (const [at, domain] of domains.entries()) {
    await stores[0]!.recordRoute(routeEvidence(domain, slotMs, [edges[at]!]), minute);
  }
  await producer.addEdges(edges.map((edge) => slotOf(edge, slotMs)));

  const all = await eventually(() => server.seen.begins.length >= (watched ? names + 2 : names), 30_000);
  const { begins, most } = server.seen;
  const span = (begins.at(-1) ?? 0) - (begins[0] ?? 0);
  t.diagnostic(`${String(begins.length)} connections in ${span.toFixed(0)} ms, at most ${String(most)} at once`);
  assert.ok(all, `${String(begins.length)} came, for ${String(names)} names`);
  if (!watched) assert.equal(begins.length, names);
  assert.equal(failed, 0);
  assert.equal(most, 1);
  // The ends of the stretch may be told late by the event loop, what lies between may not.
  assert.ok(span >= (begins.length - 2) * gapMs, `${span.toFixed(0)} ms`);
}

test('many names at one address and port: one connection at a time over two workers, a gap apart', (t) =>
  crowd(t, false));

test('looks at the canary and at controls take their turns like everybody: all fail, and all are at one address', (t) =>
  crowd(t, true));

async function waiting(gapMs: number, everyMs: number): Promise<{ it: Bed; ask: (at: number) => Promise<void> }> {
  const names = ['a.example', 'b.example', 'c.example', 'd.example'];
  const it = bed([]);
  const work = it.worker([], gapMs);
  const edges = names.map((name) => edgeOf(name, '192.0.2.1', 5061));
  for (const [at, name] of names.entries()) await it.store.recordRoute(routeEvidence(name, base, [edges[at]!]), minute);
  return { it, ask: (at) => work.edge(jobOf(slotOf(edges[at]!, base, everyMs)), it.context()) };
}

test('a job before whose turn others come is put back for as long as they take', async () => {
  const { it, ask } = await waiting(20_000, 5 * minute);
  await ask(0);
  await assert.rejects(ask(1), (error) => error instanceof NotYet && error.afterMs > 15_000 && error.afterMs <= 20_000);
  await assert.rejects(ask(2), (error) => error instanceof NotYet && error.afterMs > 35_000);
  assert.equal(it.counted.late, 0);
});

test('what does not fit into the interval is skipped and counted, and said once', async () => {
  const { it, ask } = await waiting(40_000, minute);
  await ask(0);
  let waits = 0;
  for (const at of [1, 2, 3]) {
    await ask(at).catch((error: unknown) => {
      assert.ok(error instanceof NotYet);
      waits += 1;
    });
  }
  // One fits beside the one that was asked; who of the others rests in this slot is arithmetic on their names.
  assert.ok(waits <= 1, `${String(waits)} wait`);
  assert.equal(it.counted.late, 3 - waits);
  assert.equal(it.counted.warned.length, 1);
  assert.match(it.counted.warned[0] ?? '', /raise `every` or lower `politeness\.gap`/);
  assert.equal(it.net.calls.filter((call) => call.startsWith('connect')).length, 1);
});

test('an address and port is named as sockets name it', () => {
  assert.equal(placeOf({ address: '192.0.2.1', port: 5061 }), '192.0.2.1:5061');
  assert.equal(placeOf({ address: '2001:db8::1', port: 5061 }), '[2001:db8::1]:5061');
});
