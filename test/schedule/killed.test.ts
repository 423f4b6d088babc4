import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RouteJob } from '../../src/queue/job.ts';
import { redisFor } from '../queue/rig.ts';
import { scheduler } from './killed-child.ts';

const program = join(import.meta.dirname, 'killed-child.ts');

/** The slots on the queue, as often as they are there. */
async function queued(redis: Redis): Promise<readonly string[]> {
  const jobs = await redis.keys('{test}:route:route-*');
  const data = await Promise.all(jobs.map((key) => redis.hget(key, 'data')));
  const slots = data.flatMap((text) => (JSON.parse(text ?? '{"slots":[]}') as RouteJob).slots);
  return slots.map(({ domain, slotMs }) => `${domain} ${String(slotMs)}`).toSorted();
}

for (const [when, says] of [
  ['before', 'between claiming its slots and adding them: the next one adds them all, once'],
  ['after', 'between adding its slots and saying so: the next one adds nothing twice'],
] as const) {
  test(`a scheduler is killed ${says}`, async (t) => {
    const found = await redisFor(t);
    if (found === null) return;
    const { redis, atEnd } = found;
    const raw = new Redis(redis.url);
    const child = spawn(process.execPath, [program, redis.url, when], { stdio: ['ignore', 'inherit', 'inherit'] });
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);

    const open = await raw.zrange('{test}:store:open', '0', '-1');
    const claimed = await raw.zrange('{test}:store:cursor:partners', '0', '-1', 'WITHSCORES');
    assert.equal(open.length, 1);
    assert.ok(claimed.length / 2 > 20, 'several jobs');
    const granted = claimed.flatMap((id, at) => (at % 2 === 0 ? [`${id} ${claimed[at + 1] ?? ''}`] : [])).toSorted();
    assert.deepEqual(await queued(raw), when === 'before' ? [] : granted);

    let missed = 0;
    const next = scheduler(redis.url, { slotsMissed: (_, slots) => void (missed += slots) });
    atEnd(async () => {
      await next.end();
      raw.disconnect();
    });
    for (let tick = 0; tick < 4; tick += 1) {
      await next.ticker.tick(Date.now());
      await pause(500);
    }
    const slots = await queued(raw);
    assert.equal(new Set(slots).size, slots.length, 'no slot is there twice');
    assert.deepEqual(
      granted.filter((slot) => !slots.includes(slot)),
      [],
      'none is lost',
    );
    assert.equal(missed, 0);
    assert.equal(await raw.exists('{test}:store:open'), 0);
    t.diagnostic(`${String(granted.length)} slots`);
  });
}
