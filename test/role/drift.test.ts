import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { isDrift } from '../../src/federation/change.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { letterText, type Letter } from '../../src/probe/letter.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import { createWork, type Work } from '../../src/role/work.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { fedmon } from '../cli/run-cli.ts';
import { startFleet } from '../lab/fleet.ts';
import { quiet, redisFor } from '../queue/rig.ts';
import { EdgeQueue } from './bed.ts';
import { uncounted } from './uncounted.ts';

const domain = 'healthy.example';
/** Slots follow one another without the time between them, from a while ago: nobody may be ahead of the store's clock. */
const stepMs = 5_000;
const agoMs = 120_000;
const everyMs = 60_000;
const prefix = '{drift}';
const provider = 'sipfed.online.lync.com';

interface Lab {
  readonly store: Store;
  /** A worker of its own, with its own connection to the store. */
  worker(): Work & { readonly store: Store };
  /** Runs the next slots, each on all these workers at once, every job twice; the real network, no waiting for slots. */
  slots(count: number, ...workers: readonly Work[]): Promise<void>;
  /** Publishes another SRV target for the partner: the edge of the hosting provider. */
  move(): void;
  back(): void;
  /** What was told so far about the way the partner is reached, oldest first. */
  told(): Promise<readonly string[]>;
  state(): Promise<string>;
  fedmon(...argv: readonly string[]): ReturnType<typeof fedmon>;
}

async function lab(t: TestContext): Promise<Lab | null> {
  const found = await redisFor(t);
  if (found === null) return null;
  const { redis, atEnd } = found;
  const fleet = await startFleet([domain, 'twin-a.example']);
  t.after(() => fleet.stop());
  const file = join(fleet.folder, 'fedmon.yaml');
  const listen = { exporter: '127.0.0.1:9464', scheduler: '127.0.0.1:9465', worker: '127.0.0.1:9466' };
  writeFileSync(file, fleet.configYaml({ redisUrl: redis.url, every: '60s', listen, prefix }));
  const config = loadConfig(file, {});
  let slotMs = Math.floor((Date.now() - agoMs) / stepMs) * stepMs;
  const certificate = { cert: readFileSync(fleet.clientCertFile), key: readFileSync(fleet.clientKeyFile) };
  const world = {
    net: createNet({ egressAllow: config.egress.allow, trust: config.trust, certificate }),
    clock: { ...systemClock, wall: () => slotMs + 500 },
  };
  const queue = new EdgeQueue();
  const own = uncounted();
  const open = (): Store => {
    const store = createRedisStore({ url: redis.url, prefix }, quiet);
    atEnd(() => store.close());
    return store;
  };
  const store = open();
  const [edge] = fleet.edges('twin-a.example');
  const name = `_sipfederationtls._tcp.${domain} SRV`;
  const before = fleet.dns.zone.get(name);
  assert.ok(edge !== undefined && before !== undefined);
  const partners = config.partners.map((partner) => ({ ...partner, everyMs: stepMs }));
  const context = (rerun: boolean) => ({
    signal: new AbortController().signal,
    enqueuedMs: slotMs,
    rerun,
    orphaned: false,
    deaths: 0,
    urgent: false,
  });
  return {
    store,
    worker() {
      const its = open();
      const work = createWork({
        config: { ...config, partners, politeness: { gapMs: 0 } },
        store: its,
        log: quiet,
        producer: queue,
        world,
        settings: settingsOf(config),
        own,
      });
      return { ...work, store: its };
    },
    async slots(count, ...workers) {
      for (let done = 0; done < count; done += 1) {
        slotMs += stepMs;
        const job: RouteJob = { v: jobVersion, slots: [{ domain, slotMs }] };
        for (const rerun of [false, true]) await Promise.all(workers.map((each) => each.route(job, context(rerun))));
        const edges = queue.take();
        for (const rerun of [false, true]) {
          for (const each of edges) await Promise.all(workers.map((worker) => worker.edge(each, context(rerun))));
        }
        assert.equal((await store.standings([domain])).get(domain)?.slotMs, slotMs);
      }
    },
    move() {
      fleet.dns.zone.set(name, [{ type: 'SRV', priority: 10, weight: 50, port: edge.port, target: provider }]);
    },
    back() {
      fleet.dns.zone.set(name, before);
    },
    async told() {
      const events = await store.events(100);
      return events
        .filter(isDrift)
        .map(({ kind }) => kind)
        .reverse();
    },
    async state() {
      const standing = (await store.standings([domain])).get(domain);
      return `${standing?.state ?? '-'} ${standing?.cause?.code ?? '-'}`;
    },
    fedmon: (...argv) => fedmon([...argv, '--config', file]),
  };
}

test('a partner whose SRV target moves: one event by two workers, a finding that outlives them, gone when accepted', async (t) => {
  const it = await lab(t);
  if (it === null) return;
  const early = await it.fedmon('baseline', 'accept', domain);
  assert.equal(early.code, 3);
  assert.match(early.err, /^fedmon: Nothing is stored of healthy\.example yet, .* within 1 min while/);

  const workers = [it.worker(), it.worker()];
  await it.slots(3, ...workers);
  assert.deepEqual([await it.state(), await it.told()], ['healthy -', []]);
  const learned = await it.fedmon('baseline', 'show', domain);
  assert.match(learned.out, /Target {7}sip\.healthy\.example:\d+, priority 10\n/);
  assert.match(
    learned.out,
    /Certificate {2}sip\.healthy\.example:\d+: by CN=Trusted CA, O=fedmon lab; for healthy\.example,\s+sip\.healthy\.example; valid until/s,
  );
  assert.match(learned.out, /Otherwise {4}nothing\n/);
  const silent = await it.fedmon('partners', 'show', domain, '--letter');
  assert.deepEqual([silent.code, silent.out], [0, '']);
  assert.match(silent.err, /healthy\.example: nothing to send: its state is healthy\.\n$/);

  it.move();
  await it.slots(2, ...workers);
  assert.deepEqual([await it.state(), await it.told()], ['healthy -', []], 'two proofs are not enough');
  await it.slots(3, ...workers);
  assert.deepEqual(await it.told(), ['provider_changed']);
  assert.equal(await it.state(), 'degraded drift_provider_changed');

  const after = it.worker();
  await it.slots(3, after);
  assert.deepEqual(
    [await it.state(), await it.told()],
    ['degraded drift_provider_changed', ['provider_changed']],
    'restarted',
  );
  const shown = await it.fedmon('partners', 'show', domain);
  assert.match(
    shown.out,
    /Latest changes\n(.|\n)*SRV target of another operator: sip\.healthy\.example:\d+ →\s+sipfed\.online\.lync\.com:\d+/,
  );
  assert.match(shown.out, /drift_provider_changed/);
  const { letter } = JSON.parse((await it.fedmon('partners', 'show', domain, '--json')).out) as { letter: Letter };
  const sent = await it.fedmon('partners', 'show', domain, '--letter');
  assert.deepEqual([sent.code, sent.out, sent.err], [0, letterText(letter), '']);
  assert.match(sent.out, /^Subject: SIP federation with healthy\.example: DNS records\n\nHello,\n/);
  const json = JSON.parse((await it.fedmon('baseline', 'show', domain, '--json')).out) as {
    baseline: { deviations: { kind: string }[] };
  };
  assert.deepEqual(
    json.baseline.deviations.map(({ kind }) => kind),
    ['provider_changed'],
  );

  const accepted = await it.fedmon('baseline', 'accept', domain);
  assert.deepEqual([accepted.code, accepted.err], [0, '']);
  assert.match(
    accepted.out,
    /^Expected of healthy\.example from now on\n {2}Accepted {5}SRV target of another operator: sip\.healthy/,
  );
  await it.slots(3, after, it.worker());
  assert.equal(await it.state(), 'healthy -');
  assert.deepEqual(await it.told(), ['provider_changed', 'accepted']);
  const again = await it.fedmon('baseline', 'accept', domain, '--json');
  assert.deepEqual((JSON.parse(again.out) as { accepted: unknown }).accepted, []);

  it.back();
  await it.slots(3, after);
  assert.deepEqual((await it.told()).slice(-1), ['provider_changed'], 'going back is a change of what was accepted');
});

test('a worker that dies before or after it commits tells a change once', async (t) => {
  const it = await lab(t);
  if (it === null) return;
  const [doomed, other] = [it.worker(), it.worker()];
  await it.slots(3, doomed);
  it.move();
  await it.slots(2, doomed);
  const advance = doomed.store.advance.bind(doomed.store);
  let dying: 'before' | 'after' | null = 'before';
  doomed.store.advance = async (...all) => {
    const how = dying;
    dying = null;
    if (how !== null) {
      if (how === 'after') await advance(...all);
      throw Object.assign(new Error('killed'), { code: 'store_unavailable' });
    }
    return advance(...all);
  };
  await assert.rejects(it.slots(1, doomed), /killed/);
  await it.slots(1, other);
  assert.deepEqual(await it.told(), ['provider_changed']);
  it.back();
  await it.slots(2, other);
  dying = 'after';
  await assert.rejects(it.slots(1, doomed), /killed/);
  await it.slots(3, other, doomed);
  assert.deepEqual(await it.told(), ['provider_changed', 'reverted']);
});

test('an accept in the middle of a judgement is not overwritten by it', async (t) => {
  const it = await lab(t);
  if (it === null) return;
  const worker = it.worker();
  await it.slots(3, worker);
  it.move();
  await it.slots(3, worker);
  assert.deepEqual(await it.told(), ['provider_changed']);
  it.back();
  await it.slots(1, worker);
  it.move();
  const news = worker.store.news.bind(worker.store);
  let first = true;
  worker.store.news = async (domains) => {
    const read = await news(domains);
    if (first && read.found.length > 0) {
      first = false;
      // The worker holds the old baseline while the operator accepts what the newest look-up found.
      assert.equal((await it.fedmon('baseline', 'accept', domain)).code, 0);
    }
    return read;
  };
  await it.slots(1, worker);
  const kept = (await it.store.baselines([domain])).get(domain);
  assert.deepEqual([kept?.targets.map(({ host }) => host), kept?.differences], [[provider], []]);
  await it.slots(4, worker);
  assert.deepEqual(await it.told(), ['provider_changed', 'accepted']);
});

test('a domain that is not a partner, and evidence that is too old or proves nothing, are refused with a sentence', async (t) => {
  const it = await lab(t);
  if (it === null) return;
  const stranger = await it.fedmon('baseline', 'accept', 'healthi.example');
  assert.deepEqual([stranger.code, stranger.out], [2, '']);
  assert.match(
    stranger.err,
    /healthi\.example is not a partner in .*fedmon\.yaml\. Did you mean healthy\.example\?\n$/,
  );
  const nothing = await it.fedmon('baseline', 'show', domain);
  assert.deepEqual([nothing.code, nothing.err], [0, '']);
  assert.match(nothing.out, /^Nothing is expected of healthy\.example yet/);

  await it.slots(1, it.worker());
  const route = (await it.store.routes([domain])).get(domain);
  assert.ok(route);
  const facts = { ...(route.observation.facts as object), droppedTargets: 1 };
  const cut = { ...route, slotMs: route.slotMs + 1, observation: { ...route.observation, facts } };
  await it.store.recordRoute(cut, everyMs);
  const unproven = await it.fedmon('baseline', 'accept', domain);
  assert.equal(unproven.code, 3);
  assert.match(
    unproven.err,
    /proved no route \(it failed, was cut, or our resolvers disagree\)\. Nothing was accepted\./,
  );
  await it.store.recordRoute(
    { ...route, slotMs: route.slotMs + 2, at: new Date(Date.now() - 7_200_000).toISOString() },
    everyMs,
  );
  const old = await it.fedmon('baseline', 'accept', domain);
  assert.equal(old.code, 3);
  assert.match(old.err, /is 2 h old: what was true then is not accepted as true now\./);
  assert.deepEqual(await it.store.events(9).then((all) => all.filter(isDrift)), []);
});
