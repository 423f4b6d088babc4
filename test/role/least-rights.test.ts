import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { createProducer } from '../../src/queue/producer.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { startFleet } from '../lab/fleet.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { eventually, quiet, redisFor, settingsFor } from '../queue/rig.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const domains = ['healthy.example', 'expired.example'];
const security = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8');

/** The rights as SECURITY.md tells operators to give them. */
function documented(): readonly string[] {
  const line = /^ACL SETUSER fedmon (.*)$/m.exec(security)?.[1];
  assert.ok(line !== undefined, 'SECURITY.md holds the line');
  return line.split(' ');
}

test('the whole pipeline runs with the rights of SECURITY.md, and what is not in them is refused', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const fleet = await startFleet(domains);
  t.after(() => fleet.stop());
  const admin = new Redis(redis.url);
  atEnd(async () => {
    await admin.quit();
  });
  await admin.acl(
    'SETUSER',
    'fedmon',
    ...documented().map((word) => (word === '>PASSWORD' ? '>pass-of-fedmon' : word)),
  );
  const url = redis.url.replace('redis://', 'redis://fedmon:pass-of-fedmon@');

  const folder = mkdtempSync(join(tmpdir(), 'fedmon-rights-'));
  const [exporter, scheduler, worker] = [await freePort(), await freePort(), await freePort()].map(
    (port) => `127.0.0.1:${String(port)}`,
  );
  const listen = { exporter: exporter ?? '', scheduler: scheduler ?? '', worker: worker ?? '' };
  const config = join(folder, 'fedmon.yaml');
  writeFileSync(config, fleet.configYaml({ every: '5s', listen, prefix: '{fedmon}', redisUrl: redis.url }));
  const log = join(folder, 'log');
  const service = await startProcess({
    name: 'fedmon',
    command: process.execPath,
    args: [main, 'run', '--config', config],
    env: { FEDMON_REDIS_URL: url },
    logFile: log,
  });
  t.after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = createRedisStore({ url, prefix: '{fedmon}' }, quiet);
  atEnd(() => store.close());
  const slots = new Map(domains.map((domain) => [domain, new Set<number>()]));
  const judged = async (): Promise<boolean> => {
    for (const [domain, { slotMs }] of await store.standings(domains)) slots.get(domain)?.add(slotMs);
    return [...slots.values()].every(({ size }) => size >= 3);
  };
  assert.ok(await eventually(judged, 40_000), service.lastLines());
  const page = await (await fetch(`http://${listen.exporter}/metrics`)).text();
  assert.match(page, /^fedmon_partner_state\{partner="healthy\.example",state="healthy"\} 1$/m);
  assert.match(page, /^fedmon_job_failures_total\{queue="edge"\} 0$/m);
  const producer = createProducer(settingsFor(url, { prefix: '{fedmon}' }), quiet);
  atEnd(() => producer.close());
  await producer.addRoutes([{ domain: 'rests.example', slotMs: 1 }]);
  assert.ok((await producer.states()).every(({ workers }) => workers !== null));
  const said = readFileSync(log, 'utf8');
  assert.doesNotMatch(said, /NOPERM|does not let us check/);
  assert.equal((await service.stop(10_000)).code, 0);

  const user = new Redis(url);
  atEnd(async () => {
    await user.quit();
  });
  const refused: readonly (readonly [string, ...string[]])[] = [
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['CONFIG', 'GET', '*'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['ACL', 'LIST'],
    ['SHUTDOWN', 'NOSAVE'],
    ['MONITOR'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['SCRIPT', 'FLUSH'],
    ['GET', 'other'],
    ['SET', '{other}:store:standing:a', 'x'],
    ['EVAL', "return redis.call('GET', KEYS[1])", '1', 'other'],
    ['EVAL', "return redis.call('FLUSHALL')", '0'],
    ['XADD', 'other', '*', 'a', 'b'],
  ];
  for (const [command, ...args] of refused) {
    await assert.rejects(
      user.call(command, ...args),
      /NOPERM|permission|can't run this command/i,
      `${command} ${args.join(' ')}`,
    );
  }
});

test('each right of SECURITY.md is one that the pipeline or a stop, a reload or a fail-over asks for', () => {
  const words = documented();
  assert.deepEqual(words.slice(0, 5), ['reset', 'on', '>PASSWORD', '~{fedmon}:*', 'resetchannels']);
  assert.ok(
    words.slice(5).every((word) => /^\+[a-z]+(\|[a-z]+)?$/.test(word)),
    'commands by name, no group of them',
  );
  assert.equal(new Set(words).size, words.length);
});
