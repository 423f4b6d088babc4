import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProducer } from '../../src/queue/producer.ts';
import { slotAt } from '../../src/schedule/plan.ts';
import { createTicker } from '../../src/schedule/ticker.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { consumer, eventually, quiet, redisFor, settingsFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';

const every = 10_000;
const start = 1_700_000_000_000;

test('two schedulers with connections of their own, one 700 ms behind: each of ten slots runs once per partner', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const settings = settingsFor(redis.url);
  const partners = Array.from({ length: 25 }, (_, at) => partner(`p${String(at)}.example`, every));
  let missed = 0;
  const scheduler = () => {
    const store = createRedisStore({ url: redis.url, prefix: '{test}' }, quiet);
    const producer = createProducer(settings, quiet);
    atEnd(() => store.close());
    atEnd(() => producer.close());
    const own = { schedulerFired: () => undefined, slotsMissed: (_: string, slots: number) => void (missed += slots) };
    return createTicker({ partners: () => partners, store, producer, own, log: quiet });
  };
  const [one, two] = [scheduler(), scheduler()];

  const ran = new Map<string, number[]>();
  const worker = consumer(settings, (job) => {
    for (const { domain, slotMs } of job.slots) {
      if (slotMs > start) ran.set(domain, [...(ran.get(domain) ?? []), slotMs]);
    }
    return Promise.resolve();
  });
  atEnd(() => worker.consumer.close(0));

  // Ten intervals pass in as many ticks as they would have seconds.
  for (let second = 0; second <= (10 * every) / 1000; second += 1) {
    const nowMs = start + second * 1000;
    await Promise.all([one.tick(nowMs), two.tick(nowMs - 700)]);
  }
  const count = (): number => [...ran.values()].reduce((sum, slots) => sum + slots.length, 0);
  assert.ok(await eventually(() => count() >= 250, 10_000), `${String(count())} of 250 route runs`);
  await new Promise((done) => setTimeout(done, 300));
  for (const each of partners) {
    const last = slotAt(each, start + 10 * every);
    const expected = Array.from({ length: 10 }, (_, at) => last - (9 - at) * every);
    assert.deepEqual(
      ran.get(each.domain)?.sort((a, b) => a - b),
      expected,
      each.domain,
    );
  }
  assert.equal(missed, 0);
  assert.equal(worker.counts.failed, 0);
});
