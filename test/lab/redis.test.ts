import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { needsRedis, RedisNotFound, startRedis } from './redis.ts';

/** One inline command, one short answer. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(`${command}\r\n`));
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().trim());
    });
  });
}

function alive(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a Redis of our own never evicts, keeps nothing and is gone after stop', async (t) => {
  const redis = await needsRedis(t, { own: true });
  if (redis === null) return;
  assert.equal(redis.url, `redis://127.0.0.1:${String(redis.port)}`);
  assert.match(await ask(redis.port, 'CONFIG GET maxmemory-policy'), /noeviction/);
  assert.match(await ask(redis.port, 'CONFIG GET appendonly'), /no$/);
  await redis.stop();
  assert.equal(alive(redis.pid), false);
  await assert.rejects(ask(redis.port, 'PING'), { code: 'ECONNREFUSED' });
});

test('it comes back on the same port after SIGKILL, with its data when they are kept', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'fedmon-redis-test-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const first = await needsRedis(t, { appendonly: true, dir });
  if (first === null) return;
  await ask(first.port, 'CONFIG SET appendfsync always');
  assert.equal(await ask(first.port, 'SET story kept'), '+OK');
  first.kill('SIGKILL');
  await first.stop();
  const second = await startRedis({ appendonly: true, dir, port: first.port });
  t.after(() => second.stop());
  assert.equal(second.port, first.port);
  assert.notEqual(second.pid, first.pid);
  assert.match(await ask(second.port, 'GET story'), /kept/);
  await second.stop();
  assert.equal(existsSync(dir), true, 'a folder that was given is not removed');
});

test('REDIS_URL is used as it is, and never stopped', async () => {
  const redis = await startRedis(
    {},
    { env: { REDIS_URL: 'redis://10.0.0.9:6390' }, find: () => Promise.resolve(null) },
  );
  assert.deepEqual([redis.url, redis.port, redis.pid], ['redis://10.0.0.9:6390', 6390, null]);
  await redis.stop();
  redis.kill('SIGKILL');
});

test('without any Redis, one sentence names the command to type', async () => {
  const none = startRedis({}, { env: {}, find: () => Promise.resolve(null) });
  await assert.rejects(none, (error: unknown) => {
    assert.ok(error instanceof RedisNotFound);
    assert.equal(
      error.message,
      'No Redis was found: type `sudo apt-get install redis-server`, or set REDIS_URL to one that runs.',
    );
    return true;
  });
});
