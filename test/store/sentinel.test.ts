import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createProducer } from '../../src/queue/producer.ts';
import { checkServer } from '../../src/store/check-server.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { masterName, needsSentinels, type Watched } from '../lab/sentinels.ts';
import { consumer, eventually, quiet, settingsFor, slot } from '../queue/rig.ts';
import { keptLog } from './own-redis.ts';

/** So long a fail-over may keep us from working, milliseconds; most of it is the sentinels making up their minds. */
const backWithinMs = 30_000;

/** A store, a producer and a worker that know the sentinels only, with one slot claimed and one job done. */
async function working(t: TestContext, { hosts, inStep }: Watched) {
  const place = { url: 'redis://unused.invalid', sentinel: { master: masterName, hosts, password: null } };
  await checkServer(place, keptLog());
  const log = keptLog();
  const store = createRedisStore({ ...place, prefix: '{test}' }, log);
  const settings = { ...settingsFor(place.url), place };
  const producer = createProducer(settings, quiet);
  const worker = consumer(settings, () => Promise.resolve());
  t.after(async () => {
    await worker.consumer.close(0);
    await producer.close();
    await store.close();
  });
  const claim = { id: 'a.example', slotMs: 60_000 };
  assert.deepEqual(await store.claimPartners([claim]), [claim]);
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => worker.counts.done === 1, 10_000));
  await inStep();
  return { store, producer, worker, claim, log };
}

for (const [how, signal] of [
  ['killed', 'SIGKILL'],
  ['wedged', 'SIGSTOP'],
] as const) {
  test(`the master is ${how}: the next one is used within 30 s, no slot is granted twice`, async (t) => {
    const watched = await needsSentinels(t);
    if (watched === null) return;
    const { store, producer, worker, claim, log } = await working(t, watched);
    watched.master.kill(signal);
    if (signal === 'SIGSTOP') t.after(() => watched.master.kill('SIGCONT'));
    const startedMs = performance.now();
    const again = async (): Promise<boolean> => {
      try {
        await store.claimPartners([{ id: 'b.example', slotMs: 60_000 }]);
        await producer.addRoutes([slot(2)]);
        return true;
      } catch {
        return false;
      }
    };
    assert.ok(await eventually(again, backWithinMs), log.lines.join('\n'));
    assert.ok(await eventually(() => worker.counts.done === 2, backWithinMs), 'the worker takes jobs again');
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < backWithinMs, `${String(tookMs)} ms`);
    t.diagnostic(`worked again ${String(Math.round(tookMs))} ms after the master was ${how}`);
    assert.deepEqual(await store.claimPartners([claim]), [], 'granted before the fail-over');
  });
}
