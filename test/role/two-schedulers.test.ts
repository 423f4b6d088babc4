import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRedisStore } from '../../src/store/redis.ts';
import { startFleet, type Fleet } from '../lab/fleet.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { eventually, quiet, redisFor } from '../queue/rig.ts';

const everyMs = 5_000;
const slots = 10;
const prefix = '{two-schedulers}';
const domains = ['healthy.example', 'mutual.example', 'expired.example'];
const main = join(import.meta.dirname, '../../src/main.ts');

/** A role in a process of its own, with ports of its own. */
async function startRole(t: TestContext, role: 'scheduler' | 'worker', name: string, fleet: Fleet, redisUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), `fedmon-${name}-`));
  const [exporter, scheduler, worker] = [await freePort(), await freePort(), await freePort()];
  const listen = {
    exporter: `127.0.0.1:${String(exporter)}`,
    scheduler: `127.0.0.1:${String(scheduler)}`,
    worker: `127.0.0.1:${String(worker)}`,
  };
  const config = join(folder, 'fedmon.yaml');
  writeFileSync(config, fleet.configYaml({ redisUrl, every: '5s', listen, prefix }));
  const child = await startProcess({
    name,
    command: process.execPath,
    args: [main, 'run', '--role', role, '--config', config],
    logFile: join(folder, 'log'),
  });
  t.after(async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { process: child, metrics: `http://${listen[role]}/metrics` };
}

async function counter(url: string, name: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))].map((match) => Number(match[1]));
  return values.reduce((sum, value) => sum + value, 0);
}

test('two scheduler processes and one worker: each of ten slots of each partner is examined and committed once', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { redis, atEnd } = found;
  const fleet = await startFleet(domains);
  t.after(() => fleet.stop());
  const store = createRedisStore({ url: redis.url, prefix }, quiet);
  atEnd(() => store.close());
  const worker = await startRole(t, 'worker', 'worker', fleet, redis.url);
  const schedulers = await Promise.all(['one', 'two'].map((name) => startRole(t, 'scheduler', name, fleet, redis.url)));

  const committed = new Map(domains.map((domain) => [domain, new Set<number>()]));
  const look = async (): Promise<boolean> => {
    for (const [domain, { slotMs }] of await store.standings(domains)) committed.get(domain)?.add(slotMs);
    return [...committed.values()].every(({ size }) => size >= slots);
  };
  const inTime = await eventually(look, (slots + 2) * everyMs);
  const missed = await Promise.all(
    schedulers.map(({ metrics }) => counter(metrics, 'fedmon_scheduler_slots_missed_total')),
  );
  const ended = await Promise.all(schedulers.map((each) => each.process.stop(8_000)));
  // What they had put on the queue is still done, after its turn at the edge and on a busy machine: a late second run would be seen.
  const idleMs = performance.now() + 6_000;
  await eventually(async () => (await look()) && performance.now() > idleMs, 9_000);

  assert.ok(inTime, schedulers.map((each) => each.process.lastLines()).join('\n') + worker.process.lastLines());
  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
  );
  assert.deepEqual(missed, [0, 0]);
  assert.equal(await counter(worker.metrics, 'fedmon_jobs_skipped_late_total'), 0);
  const tallies = await store.tallies(domains);
  for (const [domain, seen] of committed) {
    const all = [...seen].sort((a, b) => a - b);
    const first = all[0] ?? 0;
    assert.deepEqual(
      all,
      all.map((_, at) => first + at * everyMs),
      `${domain}: no slot is left out`,
    );
    const connections = fleet.edges(domain).reduce((sum, edge) => sum + edge.connections, 0);
    const runs = tallies.get(domain)?.runs;
    assert.deepEqual(
      { connections, dns: runs?.dns, tls: runs?.tls },
      { connections: all.length, dns: all.length, tls: all.length },
      domain,
    );
  }
});
