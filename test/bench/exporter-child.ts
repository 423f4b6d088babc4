import { monitorEventLoopDelay } from 'node:perf_hooks';
import { checkDefaults } from '../../src/config/defaults.ts';
import { createLiveConfig } from '../../src/config/live.ts';
import { startHttp } from '../../src/http/server.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock } from '../../src/net/clock.ts';
import { exporterViews } from '../../src/role/exporter.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { quiet } from '../queue/rig.ts';
import { filledSlotMs, somePartners } from './filled.ts';

// An exporter in a process of its own that watches its event loop: `exporter-child.ts REDIS-URL PREFIX PARTNERS PORT`.
// To each message it answers with what was seen since the last one, milliseconds.

/** What the event loop of an exporter went through. Milliseconds. */
export interface Stalls {
  readonly maxMs: number;
  readonly p99Ms: number;
  /** The longest stretch of processor time of its thread without a turn of the loop: what another process takes does not count. */
  readonly maxCpuMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  /** What is left of the heap after a collection: the program itself, the last reading, and what is kept of it. */
  readonly liveMb: number;
}

const [url = '', prefix = '', partners = '', port = ''] = process.argv.slice(2);
const store = createRedisStore({ url, prefix, remember: true }, quiet);
const config = createLiveConfig({ ...checkDefaults(), partners: somePartners(Number(partners)) });
const own = createOwnMetrics();
const clock = { ...systemClock, wall: () => filledSlotMs + 1_000 };
const exporter = exporterViews(config, store, own, clock);
const healthy = (): true => true;
await startHttp(
  {
    healthy,
    ready: () => exporter.ready(),
    metrics: (format) => exporter.metrics(format),
    views: exporter.views,
    listen: { host: '127.0.0.1', port: Number(port) },
    configKey: 'listen.exporter',
  },
  { ...quiet, error: (fields, message) => console.error(message, fields) },
);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let cpu = process.cpuUsage();
/** Of this thread alone where Node can tell (from 24 on): collections and packing run beside it. Microseconds. */
const spent = (): number => {
  const { user, system } = 'threadCpuUsage' in process ? process.threadCpuUsage() : cpuOfAll();
  return user + system;
};
const cpuOfAll = (): NodeJS.CpuUsage => process.cpuUsage();
let last = spent();
let maxCpuMs = 0;
const turn = (): void => {
  const now = spent();
  maxCpuMs = Math.max(maxCpuMs, (now - last) / 1000);
  last = now;
  setTimeout(turn, 0);
};
turn();

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu);
  const { rss } = process.memoryUsage();
  const [maxDelayMs, p99Ms] = [delay.max / 1e6, delay.percentile(99) / 1e6];
  globalThis.gc?.();
  const seen: Stalls = {
    maxMs: maxDelayMs,
    p99Ms,
    maxCpuMs,
    cpuMs: (user + system) / 1000,
    rssMb: rss / 1e6,
    liveMb: process.memoryUsage().heapUsed / 1e6,
  };
  process.send?.(seen);
  // The collection is over before the watch begins anew.
  setImmediate(() => {
    delay.reset();
    maxCpuMs = 0;
    cpu = process.cpuUsage();
    last = spent();
  });
});
// An end of its own accord, so that a profile is written.
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
