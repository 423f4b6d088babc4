import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { defaultHysteresis } from '../../src/federation/history.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { OwnMetrics } from '../../src/metrics/own.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { createConsumer } from '../../src/queue/consumer.ts';
import { edgeJob, routeJob } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { defaultConcurrency } from '../../src/queue/settings.ts';
import { createWork } from '../../src/role/work.ts';
import { createTicker, type Ticker } from '../../src/schedule/ticker.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { createBench, type Bench } from '../lab/bench.ts';
import { startDnsServer, type DnsServer } from '../lab/dns-server.ts';
import { quiet, redisFor, settingsFor } from '../queue/rig.ts';

/** The usual gap of a configuration that says nothing of it, milliseconds. */
export const usualGapMs = 2_000;

/** Name server, certificates and Redis that a pipeline works with. */
export interface Ground {
  readonly dns: DnsServer;
  readonly bench: Bench;
  readonly url: string;
  /** The file of the authority that is trusted. */
  readonly trust: string;
  readonly atEnd: (end: () => Promise<void>) => void;
}

/** Null: there is no Redis and the test was skipped. */
export async function groundFor(t: TestContext): Promise<Ground | null> {
  const found = await redisFor(t);
  if (found === null) return null;
  const dns = await startDnsServer();
  t.after(() => dns.stop());
  const bench = await createBench(dns.zone);
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-pipeline-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const trust = join(folder, 'ca.pem');
  writeFileSync(trust, bench.trusted.certPem);
  return { dns, bench, url: found.redis.url, trust, atEnd: found.atEnd };
}

/** What a pipeline needs of it; durations are those of the clock. */
export interface PipelineGround extends Pick<Ground, 'url' | 'trust' | 'atEnd'> {
  readonly dns: Pick<DnsServer, 'address' | 'port'>;
  readonly clock?: Clock;
}

/** Scheduler and worker over one Redis, with the concurrency and the gap that operators get. */
export interface Pipeline {
  /** Nothing wakes it but the caller. */
  readonly ticker: Ticker;
  readonly store: Store;
  readonly own: OwnMetrics;
  /** Slots that were skipped because they were late. */
  late(): number;
}

/** What a pipeline watches. */
export interface Planned {
  readonly partners: readonly Partner[];
  readonly fromMs: number;
  /** Between two connections to one place; absent: the usual one. */
  readonly gapMs?: number;
}

/** Slots before `fromMs` are nobody's: there is nothing to catch up with. `seen` is told of each edge when its evidence is kept. */
export async function startPipeline(
  { dns, url, trust, atEnd, clock = systemClock }: PipelineGround,
  { partners, fromMs, gapMs = usualGapMs }: Planned,
  seen: (evidence: EdgeEvidence) => void = () => undefined,
): Promise<Pipeline> {
  const settings = settingsFor(url, { concurrency: defaultConcurrency, keepCount: 50_000 });
  const kept = createRedisStore({ url, prefix: '{test}' }, quiet);
  const store: Store = {
    ...kept,
    recordEdge(evidence, ...how) {
      seen(evidence);
      return kept.recordEdge(evidence, ...how);
    },
  };
  const producer = createProducer(settings, quiet);
  let late = 0;
  const counted = createOwnMetrics();
  const own: OwnMetrics = {
    ...counted,
    skippedLate(slots) {
      late += slots;
      counted.skippedLate(slots);
    },
  };
  const work = createWork({
    config: { partners, hysteresis: defaultHysteresis, politeness: { gapMs } },
    store,
    log: quiet,
    producer,
    world: { net: createNet({ egressAllow: ['127.0.0.0/8'], trust, certificate: null }), clock },
    settings: {
      dns: { servers: [{ address: dns.address, port: dns.port }] },
      sip: { domain: 'mon.example', userAgent: 'fedmon' },
    },
    own,
  });
  const shared = { settings, own, clock: systemClock, log: quiet };
  const consumers = [
    createConsumer({ ...shared, queue: 'route', schema: routeJob, handler: work.route }),
    createConsumer({ ...shared, queue: 'edge', schema: edgeJob, handler: work.edge }),
  ];
  atEnd(async () => {
    await Promise.all(consumers.map((each) => each.close(0)));
    await producer.close();
    await kept.close();
  });
  let planned: readonly Partner[] = [];
  const ticker = createTicker({ partners: () => planned, store, producer, own, log: quiet });
  await ticker.tick(fromMs);
  planned = partners;
  return { ticker, store, own, late: () => late };
}
