import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../src/config/config.ts';
import { createLiveConfig } from '../../src/config/live.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import type { CauseRow } from '../../src/http/cause-rows.ts';
import type { PartnerRow } from '../../src/http/api.ts';
import { startHttp } from '../../src/http/server.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock } from '../../src/net/clock.ts';
import { causesPart } from '../../src/role/causes.ts';
import { exporterViews } from '../../src/role/exporter.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { sipEdge } from '../lab/edges.ts';
import { freePort } from '../lab/ports.ts';
import { quiet } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline, type Ground } from './pipeline.ts';

const everyMs = 2_000;
/** Far below the interval, as in service: at a gap as long as the interval a slot is left out whenever one was late. */
const gapMs = 100;
/** Three failures, or two successes, at this interval, and a search for causes. */
const settledMs = 15_000;
const hub = 'edge.hosting.example';
const members = Array.from({ length: 40 }, (_, at) => `m${String(at).padStart(2, '0')}.example`);
const others = Array.from({ length: 8 }, (_, at) => `own${String(at)}.example`);
const lost = 'lost.example';

const listen = { host: '127.0.0.1', port: 0 };

/** What an exporter is configured with that reads what the pipeline writes. */
function configOf(partners: Config['partners'], url: string): Config {
  return {
    file: null,
    sources: [],
    redis: { url, prefix: '{test}' },
    vantage: 'here-1',
    identity: { domain: 'mon.example', contact: 'https://mon.example', certFile: null, keyFile: null },
    dns: { servers: [] },
    trust: 'system',
    egress: { allow: [] },
    listen: { exporter: listen, scheduler: listen, worker: listen },
    api: { tokenFile: null, token: null },
    hysteresis: { ...defaultHysteresis, holdDownMs: 0 },
    partners,
    maintenance: [],
  };
}

/** An exporter with its search for causes and its server; its address. */
async function startExporter({ url, atEnd }: Ground, partners: Config['partners']): Promise<string> {
  const config = createLiveConfig(configOf(partners, url));
  const store = createRedisStore({ url, prefix: '{test}' }, quiet);
  const exporter = exporterViews(config, store, createOwnMetrics());
  const searching = causesPart({
    config,
    store,
    read: () => exporter.views.snapshot(),
    clock: systemClock,
    log: quiet,
  });
  const ready = () => Promise.resolve(true as const);
  const http = await startHttp(
    { metrics: (format) => exporter.metrics(format), views: exporter.views, healthy: () => true, ready, listen },
    quiet,
  );
  await searching.start(new AbortController().signal);
  atEnd(async () => {
    await searching.stop();
    await http.stop();
    await store.close();
  });
  return http.url;
}

test('an edge with 40 partners dies: two exporters tell one cause with 40 members; one broken DNS is none; recovery ends it', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { bench } = ground;
  const certificate = await bench.certificate({ names: [hub] });
  // While it is stopped no outgoing connection may be given its port.
  const port = await freePort();
  let edge = await sipEdge({ certificate, port });
  t.after(() => edge.stop());
  bench.address(hub);
  const own = await Promise.all(
    [...others, lost].map((domain) => bench.single(domain, (leaf) => sipEdge({ certificate: leaf }))),
  );
  t.after(() => Promise.all(own.flat().map((each) => each.stop())));
  const partners = [
    ...members.map((domain) => ({ ...partner(domain, everyMs), route: { host: hub, port } })),
    ...[...others, lost].map((domain) => partner(domain, everyMs)),
  ];
  const { ticker } = await startPipeline(ground, { partners, fromMs: Date.now() - 1, gapMs });
  const urls = [await startExporter(ground, partners), await startExporter(ground, partners)];
  const over = new AbortController();
  const ticking = (async () => {
    while (!over.signal.aborted) {
      await ticker.tick(Date.now());
      await pause(250);
    }
  })();
  ground.atEnd(async () => {
    over.abort();
    await ticking;
  });

  const get = async (path: string, at = 0): Promise<Response> => fetch(`${urls[at] ?? ''}${path}`);
  const causes = async (at = 0): Promise<readonly CauseRow[]> =>
    ((await (await get('/api/v1/causes', at)).json()) as { causes: CauseRow[] }).causes;
  const states = async (): Promise<ReadonlyMap<string, string>> => {
    const { partners: rows } = (await (await get('/api/v1/partners')).json()) as { partners: PartnerRow[] };
    return new Map(rows.map(({ domain, state }) => [domain, state]));
  };
  const until = async (what: string, good: () => Promise<boolean>): Promise<void> => {
    const begunMs = performance.now();
    while (!(await good())) {
      assert.ok(performance.now() < begunMs + settledMs, what);
      await pause(200);
    }
    t.diagnostic(`${what} after ${((performance.now() - begunMs) / 1_000).toFixed(1)} s`);
  };
  const all = async (domains: readonly string[], wanted: string): Promise<boolean> => {
    const seen = await states();
    return domains.every((domain) => seen.get(domain) === wanted);
  };

  await until('everybody is healthy', () => all([...members, ...others, lost], 'healthy'));
  bench.zone.delete(`_sipfederationtls._tcp.${lost} SRV`);
  await edge.stop();
  await until('the members are unreachable', () => all([...members, lost], 'unreachable'));
  await until('the cause has all of them', async () =>
    (await causes()).some((each) => each.partners === members.length),
  );

  const [cause, ...more] = await causes();
  assert.deepEqual(more, []);
  assert.equal(cause?.kind, 'edge');
  assert.equal(cause.name, `${hub}:${String(port)} (127.0.0.1)`);
  assert.deepEqual(cause.members, members);
  assert.deepEqual([cause.code, cause.side, cause.step], ['shared_edge', 'theirs', 0]);
  assert.deepEqual(cause.evidence, [{ code: 'tcp_refused', partners: 40 }]);
  // A reading of the store serves for a second.
  await until('the other exporter tells it, too', async () => (await causes(1)).length === 1);
  const [told] = await causes(1);
  assert.deepEqual([told?.id, told?.since], [cause.id, cause.since]);
  const text = await (await get('/metrics')).text();
  assert.ok(text.includes(`\nfedmon_cause_partners{cause="${cause.id}",kind="edge"} 40\n`));
  assert.equal(text.match(/^fedmon_partner_shared_cause_info\{/gm)?.length, 40);
  assert.match(await (await get('/partners/m07.example')).text(), /Shared cause/);
  assert.doesNotMatch(await (await get(`/partners/${lost}`)).text(), /Shared cause/);

  edge = await sipEdge({ certificate, port });
  await until('the members are healthy', () => all(members, 'healthy'));
  await until('the cause has ended', async () => (await causes()).length === 0);
  assert.equal((await states()).get(lost), 'unreachable');
});
