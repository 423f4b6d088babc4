import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { checkServer } from '../../src/store/check-server.ts';
import { needsRedis } from '../lab/redis.ts';
import { keptLog } from './own-redis.ts';

/**
 * Says of itself what it is told to, to whoever asks with INFO. There is no package of a Redis that is too old, so what
 * such a one says is played; that a real one is accepted is in the last test.
 */
async function told(t: TestContext, lines: readonly string[]): Promise<{ readonly url: string }> {
  const info = ['# Server', ...lines, 'loading:0', ''].join('\r\n');
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('error', () => undefined);
    socket.on('data', (text) => {
      // One answer for each command: an array of bulk strings, its name the first.
      for (const [, name = ''] of String(text).matchAll(/\*\d+\r\n\$\d+\r\n([^\r\n]+)/g)) {
        const isInfo = name.toUpperCase() === 'INFO';
        socket.write(isInfo ? `$${String(Buffer.byteLength(info))}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

const policy = 'maxmemory_policy:noeviction';

for (const version of ['2.8.24', '5.0.14', '6.0.16', '6.1.255']) {
  test(`a server that calls itself ${version} is refused with what to run`, async (t) => {
    const place = await told(t, [`redis_version:${version}`, policy]);
    await assert.rejects(checkServer(place, keptLog()), {
      name: 'StoreUnsuitable',
      message: `Redis ${version} is too old: run Redis 6.2 or newer, or Valkey.`,
    });
  });
}

for (const version of ['6.2.0', '7.2.4', '10.0.0']) {
  test(`one that calls itself ${version} is used`, async (t) => {
    await checkServer(await told(t, [`redis_version:${version}`, policy]), keptLog());
  });
}

const dropping = ['allkeys-lru', 'volatile-lru', 'allkeys-random', 'volatile-ttl', 'allkeys-lfu', 'volatile-lfu'];

test('a real server that drops keys in any way is refused, with noeviction it is used', async (t) => {
  const redis = await needsRedis(t, { own: true });
  if (redis === null) return;
  const raw = new Redis(redis.url);
  t.after(() => raw.disconnect());
  for (const how of dropping) {
    await raw.config('SET', 'maxmemory-policy', how);
    await assert.rejects(checkServer(redis, keptLog()), (error: Error) => {
      assert.equal(error.name, 'StoreUnsuitable');
      assert.ok(error.message.includes(`(maxmemory-policy ${how})`), error.message);
      assert.match(error.message, /redis-cli CONFIG SET maxmemory-policy noeviction/);
      return true;
    });
  }
  await raw.config('SET', 'maxmemory-policy', 'noeviction');
  const log = keptLog();
  await checkServer(redis, log);
  assert.equal(log.lines.filter((line) => line.includes('appendonly yes')).length, 1, 'it keeps nothing on disk');
  await raw.config('SET', 'appendonly', 'yes');
  const silent = keptLog();
  await checkServer(redis, silent);
  assert.deepEqual(silent.lines, []);
});
