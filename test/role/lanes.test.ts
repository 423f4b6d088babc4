import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { defaultHysteresis } from '../../src/federation/history.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { createConsumer, type Handler } from '../../src/queue/consumer.ts';
import { edgeJob, routeJob, type EdgeJob } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { defaultConcurrency } from '../../src/queue/settings.ts';
import { createWork } from '../../src/role/work.ts';
import { createTicker } from '../../src/schedule/ticker.ts';
import { spreadHash } from '../../src/schedule/plan.ts';
import { wakeEverySecond } from '../../src/schedule/wake.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { createBench, type Bench } from '../lab/bench.ts';
import { startDnsServer, type DnsServer } from '../lab/dns-server.ts';
import { sipEdge, tarpitEdge } from '../lab/edges.ts';
import { quiet, redisFor, settingsFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { uncounted } from './uncounted.ts';

const everyMs = 5_000;
const rounds = 4;
const tarpits = 30;

/** Names whose slots lie within the same second of the interval, so that they meet at the workers. */
function meeting(name: string, count: number, fromMs: number): readonly Partner[] {
  const all = Array.from({ length: 1_000 }, (_, at) => partner(`${name}${String(at)}.example`, everyMs, 2_000));
  const near = ({ domain }: Partner): boolean => Math.floor((spreadHash(domain) % everyMs) / 1_000) * 1_000 === fromMs;
  return all.filter(near).slice(0, count);
}

/** Each with edges of its own, which accept a connection and never say a word. */
async function openTarpits(t: TestContext, { zone }: Bench, evil: readonly Partner[]): Promise<void> {
  for (const { domain } of evil) {
    const targets = Array.from({ length: tarpits }, (_, at) => `s${String(at)}.${domain}`);
    // One address and port is never connected to twice at once: each hangs at its own.
    const pits = await Promise.all(targets.map(() => tarpitEdge()));
    t.after(() => Promise.all(pits.map((pit) => pit.stop())));
    zone.set(
      `_sipfederationtls._tcp.${domain} SRV`,
      targets.map((target, at) => ({ type: 'SRV', priority: 1, weight: 1, port: pits[at]!.port, target })),
    );
    for (const target of targets) zone.set(`${target} A`, [{ type: 'A', data: '127.0.0.1' }]);
  }
}

/** A scheduler and a worker with the usual lanes; gives how long each edge job of `watched` waited, and how many slots were skipped late. */
function service(
  url: string,
  partners: readonly Partner[],
  { dns, trust }: { readonly dns: DnsServer; readonly trust: string },
  onEdge: (job: EdgeJob, waitedMs: number) => void,
  onLate: (slots: number) => void,
): () => Promise<void> {
  const settings = settingsFor(url, { concurrency: defaultConcurrency });
  const store = createRedisStore({ url, prefix: '{test}' }, quiet);
  const producer = createProducer(settings, quiet);
  const own = uncounted({ skippedLate: onLate, slotsMissed: (_, slots) => onLate(slots) });
  const work = createWork({
    config: { partners, hysteresis: defaultHysteresis },
    store,
    log: quiet,
    producer,
    world: { net: createNet({ egressAllow: ['127.0.0.0/8'], trust, certificate: null }), clock: systemClock },
    settings: {
      dns: { servers: [{ address: dns.address, port: dns.port }] },
      sip: { domain: 'mon.example', userAgent: 'fedmon' },
    },
    own,
  });
  const edge: Handler<EdgeJob> = (job, context) => {
    onEdge(job, Date.now() - context.enqueuedMs);
    return work.edge(job, context);
  };
  const shared = { settings, own, clock: systemClock, log: quiet };
  const consumers = [
    createConsumer({ ...shared, queue: 'route', schema: routeJob, handler: work.route }),
    createConsumer({ ...shared, queue: 'edge', schema: edgeJob, handler: edge }),
  ];
  const ticker = createTicker({ partners: () => partners, store, producer, own, log: quiet });
  const waker = wakeEverySecond((nowMs) => ticker.tick(nowMs), systemClock, quiet);
  return async () => {
    await waker.stop();
    await Promise.all(consumers.map((each) => each.close(0)));
    await producer.close();
    await store.close();
  };
}

test('partners with many edges that hang leave the lanes of a worker to the others', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const dns = await startDnsServer();
  t.after(() => dns.stop());
  const bench = await createBench(dns.zone);
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-lanes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const trust = join(folder, 'ca.pem');
  writeFileSync(trust, bench.trusted.certPem);

  // The good ones come a second after the bad ones, when these have taken all they can.
  const [evil, good] = [meeting('evil', 4, 1_000), meeting('good', 12, 2_000)];
  assert.deepEqual([evil.length, good.length], [4, 12]);
  await openTarpits(t, bench, evil);
  for (const { domain } of good) {
    const [edge] = await bench.single(domain, (certificate) => sipEdge({ certificate }));
    t.after(() => edge?.stop());
  }

  const waits: number[] = [];
  let [late, hung] = [0, 0];
  const onEdge = ({ slots }: EdgeJob, waitedMs: number): void => {
    for (const { edge } of slots) {
      if (edge.host.includes('evil')) hung += 1;
      else waits.push(waitedMs);
    }
  };
  const stop = service(found.redis.url, [...evil, ...good], { dns, trust }, onEdge, (slots) => (late += slots));
  found.atEnd(stop);
  const endMs = performance.now() + 30_000;
  const enough = (): boolean => waits.length >= rounds * good.length && hung >= (rounds - 1) * evil.length * tarpits;
  while (!enough() && performance.now() < endMs) await new Promise((next) => setTimeout(next, 50));

  const average = waits.reduce((sum, ms) => sum + ms, 0) / waits.length;
  t.diagnostic(
    `${String(waits.length)} waits, ${average.toFixed(0)} ms on average, at most ${String(Math.max(...waits))}`,
  );
  assert.ok(enough(), `${String(waits.length)} of the others and ${String(hung)} that hang were examined`);
  assert.ok(average < 500, `${average.toFixed(0)} ms`);
  assert.equal(late, 0);
});
