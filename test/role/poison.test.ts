import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { publish } from '../../src/federation/published.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { deathsTogether, mostDeaths, quarantineMs } from '../../src/role/poison.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { aPartner } from '../federation/samples.ts';
import { eventually, quiet, redisFor, settingsFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, sharedRoute } from './bed.ts';
import { deadly, good, poisonWorker } from './poison-child.ts';

const minute = 60_000;
const shared = (domain: string) => ({ ...partner(domain, minute), route: sharedRoute });

test('partners whose job a second worker died of go on alone; at the fifth death one is left out, and nobody else', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  const slots = ['a.example', 'b.example'].map((domain) => ({ domain, slotMs: base }));
  const job: RouteJob = { v: jobVersion, slots };
  await it.work.route(job, it.context({ rerun: true, orphaned: true, deaths: deathsTogether }));
  assert.deepEqual(
    it.queue.later,
    slots.map((slot) => ({ ...slot, delayMs: 0 })),
  );
  assert.equal((await it.store.routes(['a.example', 'b.example'])).size, 0, 'nothing was done with them');

  const alone: RouteJob = { v: jobVersion, slots: slots.slice(0, 1) };
  const before = it.context({ rerun: true, orphaned: true, deaths: mostDeaths - 1 });
  await assert.rejects(it.work.route(alone, before), { name: 'NotYet' }, 'first it rests apart from others');
  await it.work.route(alone, before);
  assert.equal(it.queue.take().length, 1, 'one death before, it is still tried');
  await it.work.route(alone, it.context({ rerun: true, orphaned: true, deaths: mostDeaths }));
  assert.deepEqual(it.counted.quarantined, ['route']);
  assert.deepEqual(await it.store.quarantined(it.time.nowMs), new Map([['a.example', it.time.nowMs + quarantineMs]]));

  it.time.nowMs += minute;
  await it.work.route(
    { v: jobVersion, slots: slots.map((slot) => ({ ...slot, slotMs: base + minute })) },
    it.context(),
  );
  const routes = await it.store.routes(['a.example', 'b.example']);
  assert.deepEqual([routes.get('a.example')?.slotMs, routes.get('b.example')?.slotMs], [base, base + minute]);
  assert.equal((await it.store.quarantined(it.time.nowMs + quarantineMs)).size, 0, 'and it is tried again after it');
});

test('who is left out is unknown with the reason, before any other but maintenance and our blindness', () => {
  const shown = publish(aPartner('a.example'), null, [], 5, { outUntilMs: 1_000 });
  assert.deepEqual([shown.state, shown.reason, shown.untilMs], ['unknown', 'quarantined', 1_000]);
});

test('an edge that kills every worker which connects to it is left out after five; the others are examined all the time', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const store = createRedisStore({ url: redis.url, prefix: '{test}' }, quiet);
  const producer = createProducer(settingsFor(redis.url), quiet);
  atEnd(() => store.close());
  atEnd(() => producer.close());

  const program = join(import.meta.dirname, 'poison-child.ts');
  const seen = { deaths: 0, ended: false };
  const isOver = (): boolean => seen.ended;
  let child: ChildProcess | null = null;
  // What a container platform does: whoever ends is started again.
  const supervised = (async () => {
    while (!isOver()) {
      child = spawn(process.execPath, [program, redis.url], { stdio: ['ignore', 'inherit', 'inherit'] });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (!isOver()) seen.deaths += 1;
      assert.equal(signal, 'SIGKILL');
    }
  })();
  const end = async (): Promise<void> => {
    if (isOver()) return;
    seen.ended = true;
    child?.kill('SIGKILL');
    await supervised;
  };
  atEnd(end);

  const startMs = performance.now();
  await producer.addRoutes([deadly, good].map((domain) => ({ domain, slotMs: Date.now() - 1_000 })));
  const isOut = async (): Promise<boolean> => (await store.quarantined(Date.now())).size > 0;
  assert.ok(await eventually(isOut, 100_000), `${String(seen.deaths)} deaths and nothing is left out`);
  t.diagnostic(
    `left out after ${String(seen.deaths)} deaths and ${String(Math.round(performance.now() - startMs))} ms`,
  );
  assert.equal(seen.deaths, mostDeaths);
  assert.deepEqual([...(await store.quarantined(Date.now())).keys()].length, 1);
  assert.equal((await store.standings([good])).size, 1, 'who was beside it was examined and judged');

  const slotMs = Date.now();
  await producer.addRoutes([deadly, good].map((domain) => ({ domain, slotMs })));
  const again = async (): Promise<boolean> => ((await store.standings([good])).get(good)?.slotMs ?? 0) >= slotMs;
  const judged = async (): Promise<boolean> =>
    ((await store.routes([good])).get(good)?.slotMs ?? 0) >= slotMs && again();
  await eventually(judged, 10_000);
  assert.equal(seen.deaths, mostDeaths, 'nobody died of it any more');
  assert.equal((await store.standings([deadly])).size, 0);
  await end();
  const close = poisonWorker(redis.url, () => assert.fail('the deadly edge was connected to'));
  atEnd(close);
});
