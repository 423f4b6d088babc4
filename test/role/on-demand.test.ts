import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Demanded } from '../../src/http/route-examine.ts';
import { buildHttp } from '../../src/http/server.ts';
import { createProducer, QueueUnavailable } from '../../src/queue/producer.ts';
import { examineOnDemand, mostInThatTime, onceInMs } from '../../src/role/on-demand.ts';
import { emptyMemory } from '../../src/store/memory-parts.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { sipEdge } from '../lab/edges.ts';
import { quiet, settingsFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline } from './pipeline.ts';

const everyMs = 600_000;

/** Orders for so many partners, taken by two processes, what they put on the queue, and a clock. */
function orders(count: number, stopped: readonly string[] = []) {
  const time = { ms: 0 };
  const added: string[] = [];
  const queue = { down: false };
  const partners = Array.from({ length: count }, (_, at) => partner(`p${String(at)}.example`, everyMs));
  const places = stopped.map((host) => ({ host, port: null }));
  const politeness = { gapMs: 0, stops: { all: false, places } };
  const wall = (): number => 1_700_000_000_000 + time.ms;
  const memory = emptyMemory();
  const process = () =>
    examineOnDemand({
      config: { current: () => ({ partners, vantage: 'here-1', politeness }) },
      clock: { wall },
      store: createMemoryStore(memory, wall),
      producers: () => [
        {
          addNow({ domain, slotMs }) {
            if (queue.down) return Promise.reject(new QueueUnavailable('away'));
            added.push(`${domain}@${String(slotMs)}`);
            return Promise.resolve();
          },
        },
      ],
    });
  return { time, added, queue, ask: process(), other: process() };
}

test('a partner once a minute, thirty in all, whichever process is asked: at the limit and one past it', async () => {
  const { time, added, ask, other } = orders(mostInThatTime + 1);
  assert.deepEqual(await ask('p0.example'), { is: 'queued', slotMs: 1_700_000_000_000, vantages: ['here-1'] });
  time.ms = onceInMs - 1;
  assert.deepEqual(await other('p0.example'), { is: 'too_soon', afterMs: 1 });
  time.ms = onceInMs;
  assert.equal((await ask('p0.example')).is, 'queued');
  for (let at = 1; at < mostInThatTime; at += 1) {
    const process = at % 2 === 0 ? ask : other;
    assert.equal((await process(`p${String(at)}.example`)).is, 'queued');
  }
  time.ms += 10;
  const one = `p${String(mostInThatTime)}.example`;
  for (const process of [ask, other]) {
    assert.deepEqual(await process(one), { is: 'too_many', afterMs: onceInMs - 10 });
  }
  time.ms += onceInMs - 10;
  assert.equal((await ask(one)).is, 'queued');
  assert.equal(added.length, mostInThatTime + 2);
});

test('nobody, somebody who is left alone, and a queue that is away', async () => {
  const { added, queue, ask } = orders(2, ['p1.example']);
  assert.deepEqual(await ask('nobody.example'), { is: 'unknown' });
  assert.deepEqual(await ask('p1.example'), { is: 'stopped' });
  queue.down = true;
  assert.deepEqual(await ask('p0.example'), { is: 'away' });
  queue.down = false;
  assert.equal((await ask('p0.example')).is, 'queued', 'what was not asked does not count');
  assert.equal(added.length, 1);
});

test('over HTTP: with the token only, and every answer says what to do', async () => {
  const answers: Demanded[] = [
    { is: 'queued', slotMs: 1_700_000_000_000, vantages: ['paris-1', 'nyc-1'] },
    { is: 'unknown' },
    { is: 'stopped' },
    { is: 'away' },
    { is: 'too_soon', afterMs: 12_345 },
    { is: 'too_many', afterMs: 1 },
  ];
  const asked: string[] = [];
  const examine = (domain: string): Promise<Demanded> => {
    asked.push(domain);
    return Promise.resolve(answers[asked.length - 1]!);
  };
  const reload = () => Promise.resolve({ ok: true, diff: {} } as const);
  const app = buildHttp(
    {
      metrics: () => Promise.resolve(''),
      healthy: () => true,
      ready: () => Promise.resolve(true),
      orders: { token: 'secret', reload, examine },
    },
    quiet,
  );
  const post = (authorization?: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/partners/Contoso.com/examine',
      headers: authorization === undefined ? {} : { authorization },
    });
  assert.equal((await post()).statusCode, 401);
  assert.equal((await post('Bearer other')).statusCode, 403);
  assert.deepEqual(asked, []);
  const seen = [];
  while (seen.length < answers.length) seen.push(await post('Bearer secret'));
  assert.deepEqual(new Set(asked), new Set(['contoso.com']));
  assert.deepEqual(
    seen.map(({ statusCode, headers }) => [statusCode, headers['retry-after'] ?? null]),
    [
      [202, null],
      [404, null],
      [409, null],
      [503, null],
      [429, '13'],
      [429, '1'],
    ],
  );
  assert.deepEqual(seen[0]?.json(), {
    schema: 'fedmon.order/1',
    domain: 'contoso.com',
    slot: '2023-11-14T22:13:20.000Z',
    vantages: ['paris-1', 'nyc-1'],
    result: '/api/v1/partners/contoso.com',
  });
  const read = await app.inject('/api/v1/partners/contoso.com/examine');
  assert.deepEqual([read.statusCode, read.headers.allow], [405, 'POST'], 'GET asks for nothing');
  assert.equal(asked.length, answers.length);
});

test('through the queue: examined long before its slot, once; the edge is asked once in half a minute', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { bench, url, atEnd } = ground;
  const host = 'edge.hosting.example';
  const server = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
  t.after(() => server.stop());
  bench.address(host);
  const route = { host, port: server.port };
  const cadence = { confirmAfterMs: 30_000, slowAfterMs: 86_400_000, slowFactor: 2 };
  const partners = ['one.example', 'two.example'].map((domain) => ({ ...partner(domain, everyMs), route, cadence }));
  const { store } = await startPipeline(ground, { partners, fromMs: Date.now() });
  const producer = createProducer(settingsFor(url), quiet);
  atEnd(() => producer.close());
  const ask = examineOnDemand({
    config: { current: () => ({ partners, vantage: 'here-1' }) },
    clock: { wall: () => Date.now() },
    store,
    producers: () => [producer],
  });
  // Both in one half minute, whenever this runs.
  const leftMs = 30_000 - (Date.now() % 30_000);
  if (leftMs < 5_000) await pause(leftMs + 100);
  for (const { domain } of partners) {
    const demanded = await ask(domain);
    assert.ok(demanded.is === 'queued');
    let standing;
    for (const endMs = performance.now() + 10_000; standing === undefined && performance.now() < endMs;) {
      await pause(50);
      standing = (await store.standings([domain])).get(domain);
    }
    assert.equal(standing?.state, 'healthy', domain);
    assert.equal(standing.slotMs, demanded.slotMs);
  }
  assert.equal(server.connections, 1);
});
