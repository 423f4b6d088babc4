import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProducer } from '../../src/queue/producer.ts';
import { rerunMs } from '../../src/queue/settings.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { eventually, quiet, redisFor, settingsFor } from '../queue/rig.ts';
import { healthyEdge } from './bed.ts';
import { scriptedWorker } from './worker-child.ts';

test('a worker is killed in the middle of an examination: another one takes it up in less than the shortest interval, with one result', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const store = createRedisStore({ url: redis.url, prefix: '{test}' }, quiet);
  const producer = createProducer(settingsFor(redis.url), quiet);
  atEnd(() => store.close());
  atEnd(() => producer.close());

  const program = join(import.meta.dirname, 'worker-child.ts');
  const doomed = spawn(process.execPath, [program, redis.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => doomed.kill('SIGKILL'));
  const slotMs = Date.now() - 1_000;
  await producer.addRoutes([{ domain: 'a.example', slotMs }]);
  await once(doomed.stdout, 'data');

  let connects = 0;
  let againMs = Infinity;
  const close = scriptedWorker(redis.url, healthyEdge(Date.now()), () => {
    connects += 1;
    againMs = Math.min(againMs, performance.now());
  });
  atEnd(close);
  doomed.kill('SIGKILL');
  const killedMs = performance.now();
  const judged = async (): Promise<boolean> => (await store.standings(['a.example'])).size === 1;
  assert.ok(await eventually(judged, 10_000), 'judged');
  const tookMs = Math.round(againMs - killedMs);
  t.diagnostic(`run again ${String(tookMs)} ms after the kill`);
  assert.ok(tookMs <= rerunMs, `${String(tookMs)} ms`);

  // Time for a second result, if there could be one.
  await new Promise((done) => setTimeout(done, 1_000));
  const standing = (await store.standings(['a.example'])).get('a.example');
  assert.deepEqual({ state: standing?.state, slotMs: standing?.slotMs }, { state: 'healthy', slotMs });
  assert.deepEqual((await store.tallies(['a.example'])).get('a.example')?.runs, {
    dns: 1,
    tcp: 1,
    tls: 1,
    admission: 1,
    sip: 1,
  });
  assert.equal(connects, 1);
  assert.equal((await store.events(10)).length, 1);
});
