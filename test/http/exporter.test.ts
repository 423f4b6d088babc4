import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { createLiveConfig, type LiveConfig } from '../../src/config/live.ts';
import type { CauseBook } from '../../src/federation/cause/book.ts';
import { edgeId } from '../../src/federation/edge.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { sample } from '../../src/metrics/sample.ts';
import type { Clock } from '../../src/net/clock.ts';
import type { Sample } from '../../src/probe/probe.ts';
import { exporterViews, readingLastsMs } from '../../src/role/exporter.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import * as made from '../metrics/made-up.ts';
import { whole } from '../metrics/whole.ts';

const listen = { host: '127.0.0.1', port: 0 };

const configOf = (domains: readonly string[]): LiveConfig => createLiveConfig(fileOf(domains));

function fileOf(domains: readonly string[]): Config {
  return {
    file: null,
    sources: [],
    redis: { url: 'redis://127.0.0.1:1', prefix: '{fedmon}' },
    vantage: 'here-1',
    identity: { domain: 'mon.example', contact: 'https://mon.example', certFile: null, keyFile: null },
    dns: { servers: [] },
    trust: 'system',
    egress: { allow: [] },
    listen: { exporter: listen, scheduler: listen, worker: listen },
    api: { tokenFile: null, token: null },
    hysteresis: defaultHysteresis,
    partners: domains.map((domain) => made.partner(domain)),
    maintenance: [],
  };
}

function clockAt(time: { ms: number }): Clock {
  return { wall: () => made.nowMs + time.ms, monotonic: () => time.ms, after: () => () => undefined };
}

/** A store that holds one healthy partner, and how often it was read. */
async function storeWith(domain: string): Promise<{ store: Store; readings: () => number }> {
  const store = createMemoryStore();
  const { published, route, edges } = made.healthy(domain);
  assert.ok(route !== null && published.standing !== null);
  await store.recordRoute(route, 600_000);
  for (const each of edges) await store.recordEdge(each, 600_000);
  await store.advance(published.standing, null, null, [{ check: 'dns', code: null }]);
  let count = 0;
  const standings = (domains: readonly string[]): ReturnType<Store['standings']> => {
    count += 1;
    return store.standings(domains);
  };
  return { store: { ...store, standings }, readings: () => count };
}

test('the text is the fleet and then the process: no metric twice, each part ends in a newline', async () => {
  const { store } = await storeWith('good.example');
  const oldest = sample('fedmon_queue_oldest_waiting_timestamp_seconds', { queue: 'edge', vantage: 'here-1' }, 1.5);
  const queues = (): Promise<readonly Sample[]> => Promise.resolve([oldest]);
  const clock = clockAt({ ms: 0 });
  const exporter = exporterViews(configOf(['good.example']), store, createOwnMetrics(), clock, { queues });
  const text = await whole(await exporter.metrics());
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1]);
  assert.equal(new Set(names).size, names.length);
  assert.equal(text.endsWith('\n'), true);
  for (const line of [
    'fedmon_partner_state{partner="good.example",state="healthy"} 1',
    'fedmon_checks_total{partner="good.example",check="dns"} 1',
    'fedmon_edge_up{edge="sip.good.example:5061"} 1',
    'fedmon_exporter_collect_duration_seconds 0',
    'fedmon_queue_oldest_waiting_timestamp_seconds{queue="edge",vantage="here-1"} 1.5',
    'fedmon_store_up 1',
  ]) {
    assert.ok(text.includes(`\n${line}\n`), line);
  }
});

test('a store that cannot be read: fedmon_store_up 0, the process, and nobody else', async () => {
  const { store } = await storeWith('good.example');
  await store.close();
  const exporter = exporterViews(configOf(['good.example']), store, createOwnMetrics(), clockAt({ ms: 0 }));
  const text = await whole(await exporter.metrics());
  assert.ok(text.includes('\nfedmon_store_up 0\n'));
  assert.ok(text.includes('\nprocess_start_time_seconds '));
  assert.doesNotMatch(text, /good\.example/);
  assert.match(String(await exporter.ready()), /^The store cannot be read: .*redis\.url/);
  assert.equal((await exporter.views.snapshot()).storeUp, false);
});

test('all who ask within a second share one reading; later there is a new one', async () => {
  const { store, readings } = await storeWith('good.example');
  const time = { ms: 0 };
  const exporter = exporterViews(configOf(['good.example']), store, createOwnMetrics(), clockAt(time));
  await Promise.all([exporter.metrics(), exporter.metrics(), exporter.views.snapshot(), exporter.views.snapshot()]);
  assert.equal(readings(), 1);
  time.ms = readingLastsMs - 1;
  await exporter.views.snapshot();
  assert.equal(await exporter.ready(), true);
  assert.equal(readings(), 1);
  time.ms = readingLastsMs;
  assert.equal((await exporter.views.snapshot()).nowMs, made.nowMs + readingLastsMs);
  assert.equal(readings(), 2);
});

test('a reading that fails for a bug is not kept', async () => {
  const { store } = await storeWith('good.example');
  let broken = true;
  const standings: Store['standings'] = (domains) =>
    broken ? Promise.reject(new TypeError('a bug')) : store.standings(domains);
  const config = configOf(['good.example']);
  const exporter = exporterViews(config, { ...store, standings }, createOwnMetrics(), clockAt({ ms: 0 }));
  await assert.rejects(exporter.views.snapshot(), TypeError);
  broken = false;
  assert.equal((await exporter.views.snapshot()).storeUp, true);
});

test('a partner taken out of the config is gone at the next reading', async () => {
  const { store } = await storeWith('good.example');
  const config = createLiveConfig(fileOf(['good.example']));
  const time = { ms: 0 };
  const exporter = exporterViews(config, store, createOwnMetrics(), clockAt(time));
  assert.match(await whole(await exporter.metrics()), /good\.example/);
  config.replace(fileOf(['other.example']));
  time.ms = readingLastsMs;
  const text = await whole(await exporter.metrics());
  assert.doesNotMatch(text, /good\.example/);
  assert.match(text, /fedmon_partner_state\{partner="other\.example",state="unknown"\} 1/);
  const [edge] = made.healthy('good.example').edges;
  assert.ok(edge !== undefined && !text.includes(edgeId(edge.edge)));
});

test('the page of one partner reads that partner, and of the fleet only what partners share, if anybody shares anything', async () => {
  const { store } = await storeWith('good.example');
  let book: CauseBook | null = null;
  const asked: (readonly string[])[] = [];
  const routes: Store['routes'] = (domains) => {
    asked.push(domains);
    return store.routes(domains);
  };
  const time = { ms: 0 };
  const config = configOf(['good.example', 'other.example']);
  const causes: Store['causes'] = () => Promise.resolve(book);
  const exporter = exporterViews(config, { ...store, routes, causes }, createOwnMetrics(), clockAt(time));
  const domainsOf = async (domain?: string): Promise<readonly string[]> =>
    (await exporter.views.snapshot(domain)).partners.map(({ published }) => published.partner.domain);
  assert.deepEqual(await domainsOf('good.example'), ['good.example']);
  assert.deepEqual(asked.splice(0), [['good.example']]);
  const known = {
    kind: 'edge',
    value: '',
    layer: 'tcp',
    foundMs: 0,
    partners: 1,
    healthy: 0,
    told: 1,
    step: 0,
    wanesMs: null,
  } as const;
  book = { slotMs: 1, causes: [{ ...made.sharedCause(['good.example']), ...known }] };
  assert.deepEqual(await domainsOf('good.example'), ['good.example']);
  assert.deepEqual(asked, [['good.example'], ['good.example', 'other.example']]);
  time.ms = 29_999;
  assert.deepEqual(await domainsOf('stranger.example'), []);
  assert.deepEqual(await domainsOf('other.example'), ['other.example']);
  assert.deepEqual(asked.slice(2), [['other.example']]);
  time.ms = 30_000;
  await domainsOf('good.example');
  assert.deepEqual(asked.slice(3), [['good.example'], ['good.example', 'other.example']]);
});

test('an exposition at its budget is whole; one series more leaves a partner out, and is counted in that very text', async () => {
  const { store } = await storeWith('good.example');
  const config = configOf(['good.example', 'new.example']);
  const textAt = async (most: number): Promise<string> =>
    whole(await exporterViews(config, store, createOwnMetrics(), clockAt({ ms: 0 }), { most }).metrics());
  const isOfFleet = (line: string): boolean => /^fedmon_(partner|check|edge|tls|sip|exporter_collect)/.test(line);
  const everything = (await textAt(500))
    .split('\n')
    .filter((line) => isOfFleet(line) && !/_bucket|_sum|_count/.test(line));
  const fleet = everything.filter((line) => !line.startsWith('fedmon_check_duration_seconds'));
  const enough = await textAt(fleet.length);
  assert.match(enough, /^fedmon_exporter_series_dropped_total 0$/m);
  assert.match(enough, /partner="new\.example"/);
  const less = await textAt(fleet.length - 1);
  const dropped = Number(/^fedmon_exporter_series_dropped_total (\d+)$/m.exec(less)?.[1]);
  const left = less.split('\n').filter((line) => fleet.includes(line)).length;
  assert.ok(dropped > 0);
  assert.equal(left + dropped, fleet.length);
});
