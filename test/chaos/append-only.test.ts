import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Redis as Client } from 'ioredis';
import { createRedisStore } from '../../src/store/redis.ts';
import { freePort } from '../lab/ports.ts';
import { startRedis } from '../lab/redis.ts';
import { quiet, redisFor } from '../queue/rig.ts';
import { standing, standingChange } from '../store/values.ts';
import { appendOnlyFile, commandsIn, readEntries, sizeOf, type Sample } from './append-only.ts';

test('what the store did is read from the append-only file of a Redis that was killed and started again', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'fedmon-aof-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const port = await freePort();
  const options = { port, dir, appendonly: true, settings: { 'auto-aof-rewrite-percentage': '0' } };
  const found = await redisFor(t, options);
  if (found === null) return;
  const store = createRedisStore({ url: found.redis.url, prefix: '{aof}' }, quiet);
  found.atEnd(() => store.close());
  await store.claimPartners([{ id: 'a.example', slotMs: 1_000 }]);
  assert.deepEqual(await store.claimPartners([{ id: 'a.example', slotMs: 1_000 }]), [], 'refused: not in the file');
  const first = standing('a.example', 1_000);
  const told = standingChange(first);
  assert.ok(await store.advance(first, null, told, []));
  assert.equal(await store.advance(first, null, told, []), false, 'refused: not in the file');
  const samples: Sample[] = [{ bytes: sizeOf(appendOnlyFile(dir)), atMs: 11 }];

  found.redis.kill('SIGKILL');
  await new Promise((done) => setTimeout(done, 200));
  const second = await startRedis(options);
  found.atEnd(() => second.stop());
  const client = new Client(second.url);
  found.atEnd(() => client.quit().then(() => undefined));
  await client.set('other', 'x');
  await client.flushall();
  samples.push({ bytes: sizeOf(appendOnlyFile(dir)), atMs: 22 });

  const { state, recent } = first;
  const { from, to, cause } = told;
  assert.deepEqual(readEntries(dir, samples), [
    { is: 'claimed', partner: 'a.example', slotMs: 1_000, atMs: 11 },
    { is: 'committed', partner: 'a.example', slotMs: 1_000, atMs: 11, state, recent },
    { is: 'told', partner: 'a.example', slotMs: 1_000, atMs: 11, from, to, code: cause?.code ?? null },
    { is: 'emptied', atMs: 22 },
  ]);
  const bytes = readFileSync(appendOnlyFile(dir) ?? '');
  const whole = commandsIn(bytes);
  assert.equal(commandsIn(bytes.subarray(0, -1)).length, whole.length - 1, 'what was written half is left out');
  assert.throws(() => commandsIn(Buffer.from('hello\r\n')), /at 0: \* expected/);
});
