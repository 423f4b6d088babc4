import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { edgeId } from '../../src/federation/edge.ts';
import { keysOf } from '../../src/store/keys.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { keptLog, ownRedis } from './own-redis.ts';
import { edge, edgeEvidence, keepMs, standing } from './values.ts';

const server = await ownRedis('what is read again from a real Redis');
if (server !== null) {
  const admin = new Redis(server.url);
  const open = (remember: boolean) => createRedisStore({ url: server.url, prefix: '{fedmon}', remember }, keptLog());
  const [store, writer] = [open(true), open(false)];
  after(async () => {
    admin.disconnect();
    await Promise.all([store.close(), writer.close()]);
    await server.stop();
  });

  const domains = Array.from({ length: 1_100 }, (_, at) => `p${String(at)}.test`);
  const slotMs = 1_700_000_000_000;
  const written = (some: readonly string[], nextMs: number, beforeMs: number | null) =>
    Promise.all(some.map((domain) => writer.advance(standing(domain, nextMs), beforeMs, null, [])));
  /** Octets that Redis sends while something is read. */
  const sent = async (read: () => Promise<unknown>): Promise<number> => {
    const total = async () => Number(/^total_net_output_bytes:(\d+)/m.exec(await admin.info('stats'))?.[1]);
    const before = await total();
    await read();
    return (await total()) - before;
  };

  test('who remembers reads what was written since, and nothing else: the others are the same objects', async () => {
    await admin.flushall();
    await written(domains, slotMs, null);
    const first = await store.standings(domains);
    assert.equal(first.size, domains.length);
    const changed = domains.slice(300, 310);
    await written(changed, slotMs + 60_000, slotMs);
    let second = first;
    const octets = await sent(async () => (second = await store.standings(domains)));
    assert.deepEqual(second, await writer.standings(domains));
    assert.deepEqual(
      domains.filter((domain) => second.get(domain) !== first.get(domain)),
      changed,
    );
    const whole = await sent(() => writer.standings(domains));
    assert.ok(octets < whole / 5, `${String(octets)} of ${String(whole)}`);
  });

  test('what is gone is absent, and what has the same slot after all was forgotten is another', async () => {
    await admin.flushall();
    await written(domains, slotMs, null);
    const first = await store.standings(domains);
    await admin.flushall();
    assert.equal((await store.standings(domains)).size, 0);
    await written(domains, slotMs, null);
    const again = await store.standings(domains);
    assert.deepEqual(again, first);
    assert.ok(domains.every((domain) => again.get(domain) !== first.get(domain)));
  });

  test('a value without a mark, of a version of before, is read each time and is the same while its text is', async () => {
    await admin.flushall();
    await written(domains, slotMs, null);
    const [domain = ''] = domains;
    const plant = (sinceMs: number) => {
      const body = { ...standing(domain, slotMs), sinceMs };
      return admin.set(keysOf().standing(domain), `{"v":1,"slotMs":${String(slotMs)},"body":${JSON.stringify(body)}}`);
    };
    await plant(1);
    const first = (await store.standings(domains)).get(domain);
    assert.equal(first?.sinceMs, 1);
    assert.equal((await store.standings(domains)).get(domain), first);
    await plant(2);
    assert.equal((await store.standings(domains)).get(domain)?.sinceMs, 2);
  });

  test('a key that is no text any more is absent, and the others are read', async () => {
    await admin.flushall();
    await written(domains, slotMs, null);
    await store.standings(domains);
    const [domain = ''] = domains;
    await admin.del(keysOf().standing(domain));
    await admin.hset(keysOf().standing(domain), 'a', 'b');
    const found = await store.standings(domains);
    assert.deepEqual([found.size, found.has(domain)], [domains.length - 1, false]);
  });

  test('what cannot be read is counted each time', async () => {
    await admin.flushall();
    const edges = Array.from({ length: 40 }, (_, at) => edge(at));
    await Promise.all(edges.map((each) => writer.recordEdge(edgeEvidence(each, slotMs), keepMs)));
    const ids = edges.map(edgeId);
    assert.equal((await store.edges(ids)).size, 40);
    await admin.set(keysOf().edge(ids[0] ?? ''), `{"v":2,"slotMs":${String(slotMs)},"body":{}}`);
    const before = store.ignoredValues;
    for (let read = 0; read < 2; read += 1) assert.equal((await store.edges(ids)).size, 39);
    assert.equal(store.ignoredValues - before, 2);
  });
}
