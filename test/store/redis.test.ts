import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../src/store/redis.ts';
import type { CodedStore } from '../../src/store/codec.ts';
import { edgeId } from '../../src/federation/edge.ts';
import { keysOf } from '../../src/store/keys.ts';
import { checkServer } from '../../src/store/check-server.ts';
import { startRedis, type Redis as Server } from '../lab/redis.ts';
import { eventually, keptLog, ownRedis } from './own-redis.ts';
import { ownNowMs } from '../processor-time.ts';
import { baseline, edge, edgeEvidence, keepMs, routeEvidence, standing, standingChange } from './values.ts';

const server = await ownRedis('the store in a real Redis');
if (server !== null) {
  after(() => server.stop());
  withRedis(server);
}

function open(t: TestContext, url: string, log = keptLog()): CodedStore {
  const store = createRedisStore({ url, prefix: '{fedmon}' }, log);
  t.after(() => store.close());
  return store;
}

async function took(work: Promise<unknown>): Promise<number> {
  const startedMs = ownNowMs();
  await work;
  return ownNowMs() - startedMs;
}

function withRedis(server: Server): void {
  const refusal = { name: 'StoreUnavailable', code: 'store_unavailable' };

  test('a role may use the store before its connection stands', async (t) => {
    const store = open(t, server.url);
    assert.deepEqual(await store.claimPartners([{ id: 'a.test', slotMs: 1 }]), [{ id: 'a.test', slotMs: 1 }]);
  });

  test('every key begins with the hash tag and expires', async (t) => {
    const [store, admin] = [open(t, server.url), new Redis(server.url)];
    t.after(() => admin.disconnect());
    await admin.flushall();
    await store.claimPartners([{ id: 'a.test', slotMs: 1 }]);
    await store.claimEdges([{ id: 'edge', slotMs: 1 }]);
    await store.recordRoute(routeEvidence('a.test', 1, [edge(1)]), keepMs);
    await store.recordEdge(edgeEvidence(edge(1), 1), keepMs);
    const now = standing('a.test', 1);
    const followed = { baseline: baseline('a.test', 1), previousSlotMs: null, changes: [] };
    await store.advance(now, null, standingChange(now), [{ check: 'dns', code: null }], followed);

    const found = await admin.keys('*');
    assert.equal(found.length, 10);
    for (const key of found) {
      assert.match(key, /^\{fedmon\}:store:/);
      const shortS = key.endsWith(':open') ? 600 : /:(edge|partners-of):/.test(key) ? keepMs / 1000 : null;
      const leastSeconds = shortS === null ? 29 * 86_400 : shortS - 60;
      assert.ok((await admin.ttl(key)) > leastSeconds, key);
    }
  });

  test('what is known of an edge outlives its writers as long as the slowest of its partners wants', async (t) => {
    const [store, admin] = [open(t, server.url), new Redis(server.url)];
    t.after(() => admin.disconnect());
    await admin.flushall();
    await store.recordRoute(routeEvidence('slow.test', 1, [edge(1)]), 10 * keepMs);
    await store.recordRoute(routeEvidence('fast.test', 1, [edge(1)]), keepMs);
    const lives = await admin.ttl(keysOf().partnersOf(edgeId(edge(1))));
    assert.ok(lives > (9 * keepMs) / 1000, `${String(lives)} s`);
  });

  test('a baseline that nothing changes lives as long as its partner is judged', async (t) => {
    const [store, admin] = [open(t, server.url), new Redis(server.url)];
    t.after(() => admin.disconnect());
    await admin.flushall();
    const followed = { baseline: baseline('a.test', 1), previousSlotMs: null, changes: [] };
    await store.advance(standing('a.test', 1), null, null, [], followed);
    await admin.expire(keysOf().baseline('a.test'), 60);
    await store.advance(standing('a.test', 2), 1, null, []);
    assert.ok((await admin.ttl(keysOf().baseline('a.test'))) > 29 * 86_400);
  });

  test('cursors of edges that nobody asked for in a week are dropped', async (t) => {
    const [store, admin] = [open(t, server.url), new Redis(server.url)];
    t.after(() => admin.disconnect());
    await admin.flushall();
    const day = 86_400_000;
    for (const slotMs of [day, 2 * day, 8 * day + 1])
      await store.claimEdges([{ id: `at ${String(slotMs / day)}`, slotMs }]);
    assert.equal(await admin.zcard('{fedmon}:store:cursor:edges'), 2);
  });

  test('a server that is killed and comes back: refused soon, then served again', async (t) => {
    const first = await startRedis({ own: true });
    t.after(() => first.stop());
    const log = keptLog();
    const store = open(t, first.url, log);
    await store.ping();

    const pending = Array.from({ length: 20 }, () => store.standings(['a.test']));
    first.kill('SIGKILL');
    const inFlight = await Promise.allSettled(pending);
    const failures = inFlight.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
    assert.ok(failures.every(({ name }) => name === 'StoreUnavailable'));
    await first.stop();
    const ms = await took(assert.rejects(store.advance(standing('a.test', 1), null, null, []), refusal));
    assert.ok(ms < 3_000, `${String(ms)} ms`);
    // Until the first attempt to connect again has failed, all that is known is that the connection is gone.
    const message = new RegExp(`^Redis at 127.0.0.1:${String(first.port)} cannot be reached \\(ECONNREFUSED\\)$`);
    await eventually(5_000, () => assert.rejects(store.events(1), { ...refusal, message }));

    const second = await startRedis({ own: true, port: first.port });
    t.after(() => second.stop());
    await eventually(5_000, () => store.ping());
    assert.equal(await store.advance(standing('a.test', 1), null, null, []), true);
    assert.equal(log.lines.length, 1, log.lines.join('\n'));
  });

  test('a silent server: refused within 3 s, closed within 2 s', async (t) => {
    const silent = await startRedis({ own: true });
    t.after(() => silent.stop());
    const [store, idle] = [open(t, silent.url), open(t, silent.url)];
    await Promise.all([store.ping(), idle.ping()]);
    silent.kill('SIGSTOP');
    t.after(() => silent.kill('SIGCONT'));
    const [asking, closing] = await Promise.all([took(assert.rejects(store.ping(), refusal)), took(idle.close())]);
    assert.ok(asking < 3_000, `asked for ${String(asking)} ms`);
    assert.ok(closing < 2_000, `closed in ${String(closing)} ms`);
    silent.kill('SIGCONT');
    await eventually(5_000, () => store.ping());
  });

  test('a server that is not there: refused within 3 s, closed at once', async (t) => {
    const gone = await startRedis({ own: true });
    await gone.stop();
    const store = open(t, gone.url);
    const asking = await took(assert.rejects(store.ping(), refusal));
    assert.ok(asking < 3_000, `${String(asking)} ms`);
    assert.ok((await took(store.close())) < 2_000);
  });

  test('no form of the password is in an error or in the log', async (t) => {
    const guarded = await startRedis({ own: true });
    t.after(() => guarded.stop());
    const admin = new Redis(guarded.url);
    await admin.config('SET', 'requirepass', 'good/canary-1');
    admin.disconnect();
    const log = keptLog();
    const urlWith = (password: string): string => guarded.url.replace('//', `//:${password}@`);

    await open(t, urlWith('good%2Fcanary-1'), log).ping();
    const refused = open(t, urlWith('bad%2Fcanary-2'), log);
    const errors = await Promise.all(
      [refused.ping(), refused.events(1), checkServer({ url: urlWith('bad%2Fcanary-2') }, log)].map((each) =>
        each.then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    const texts = [...errors.map((error) => inspect(error, { depth: null, showHidden: true })), ...log.lines];
    assert.ok(errors.every((error) => error instanceof Error && error.name === 'StoreUnavailable'));
    assert.match(texts.join('\n'), /WRONGPASS/);
    assert.doesNotMatch(texts.join('\n'), /canary/);
  });

  test('a server that drops keys when full is refused with what to set', async (t) => {
    const admin = new Redis(server.url);
    t.after(() => admin.disconnect());
    const log = keptLog();
    await checkServer({ url: server.url }, log);
    assert.match(log.lines.splice(0).join(), /writes nothing to disk as it goes/);
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await assert.rejects(checkServer({ url: server.url }, log), {
      name: 'StoreUnsuitable',
      code: 'store_unsuitable',
      message: /maxmemory-policy allkeys-lru.*CONFIG SET maxmemory-policy noeviction/,
    });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    assert.deepEqual(log.lines, []);
  });

  test('settings that we may not read are a warning', async (t) => {
    const admin = new Redis(server.url);
    t.after(async () => {
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
      admin.disconnect();
    });
    await admin.acl('SETUSER', 'blind', 'on', '>pass', '~*', '+@all', '-info', '-config');
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const url = server.url.replace('//', '//blind:pass@');
    const log = keptLog();
    await checkServer({ url }, log);
    assert.deepEqual(
      log.lines.map((line) => (JSON.parse(line) as { command: string }).command),
      ['INFO', 'CONFIG GET'],
    );
    await admin.acl('SETUSER', 'blind', '+config');
    await assert.rejects(checkServer({ url }, keptLog()), { name: 'StoreUnsuitable' });
  });

  test('a full server refuses a standing whole: nothing is counted, nothing is told', async (t) => {
    const [store, admin] = [open(t, server.url), new Redis(server.url)];
    t.after(() => admin.disconnect());
    await admin.flushall();
    await admin.config('SET', 'maxmemory', '1');
    const now = standing('a.test', 1);
    await assert.rejects(store.advance(now, null, standingChange(now), [{ check: 'dns', code: null }]), {
      ...refusal,
      message: /OOM/,
    });
    await admin.config('SET', 'maxmemory', '0');
    assert.equal(await admin.dbsize(), 0);
    assert.equal(await store.advance(now, null, standingChange(now), [{ check: 'dns', code: null }]), true);
  });
}
