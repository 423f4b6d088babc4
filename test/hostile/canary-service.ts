import { createLiveConfig } from '../../src/config/live.ts';
import type { Config } from '../../src/config/config.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { jobVersion, partnersPerJob } from '../../src/queue/job.ts';
import { exporterViews } from '../../src/role/exporter.ts';
import { placeOf } from '../../src/role/turn.ts';
import { createWork } from '../../src/role/work.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { aPartner } from '../federation/samples.ts';
import { EdgeQueue } from '../role/bed.ts';

const listen = { host: '127.0.0.1', port: 0 };
const everyMs = 60_000;

/** A worker and an exporter on one store in memory, and a real network. */
export interface CanaryService {
  /** Examines every partner for the next slot. */
  round(): Promise<void>;
  readonly exporter: ReturnType<typeof exporterViews>;
}

export function canaryService(domains: readonly string[], dnsPort: number, trust: string): CanaryService {
  const config: Config = {
    file: null,
    sources: [],
    redis: { url: 'redis://127.0.0.1:1', prefix: '{fedmon}' },
    vantage: 'here',
    identity: { domain: 'mon.example', contact: 'https://mon.example', certFile: null, keyFile: null },
    dns: { servers: [{ address: '127.0.0.1', port: dnsPort }] },
    trust,
    egress: { allow: ['127.0.0.1'] },
    listen: { exporter: listen, scheduler: listen, worker: listen },
    api: { tokenFile: null, token: null },
    // One examination decides, so that every cause is published and every change is an event.
    hysteresis: { down: 1, up: 1 },
    partners: domains.map((domain) => aPartner(domain, { everyMs, timeoutMs: 20_000 })),
    maintenance: [],
  };
  const store = createMemoryStore();
  const queue = new EdgeQueue();
  const own = createOwnMetrics();
  const time = { nowMs: Math.floor(Date.now() / everyMs) * everyMs };
  const clock = { ...systemClock, wall: () => time.nowMs };
  const net = createNet({ egressAllow: config.egress.allow, trust, certificate: null });
  const world = { net, clock };
  const work = createWork({
    config,
    store,
    log: { warn: () => undefined, error: () => undefined },
    producer: queue,
    world,
    settings: settingsOf(config),
    own,
  });
  const context = () => ({
    signal: new AbortController().signal,
    enqueuedMs: time.nowMs,
    rerun: false,
    orphaned: false,
    deaths: 0,
    urgent: false,
  });
  return {
    exporter: exporterViews(createLiveConfig(config), store, own, clock),
    async round() {
      time.nowMs += everyMs;
      const slots = domains.map((domain) => ({ domain, slotMs: time.nowMs }));
      for (let from = 0; from < slots.length; from += partnersPerJob) {
        await work.route({ v: jobVersion, slots: slots.slice(from, from + partnersPerJob) }, context());
        // Those at one address and port have their turns one after another.
        const places = Map.groupBy(queue.take(), ({ slots: [slot] }) => (slot === undefined ? '' : placeOf(slot.edge)));
        await Promise.all(
          [...places.values()].map(async (jobs) => {
            for (const job of jobs) await work.edge(job, context());
          }),
        );
      }
    },
  };
}
