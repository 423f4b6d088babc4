import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRedisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { fakedClock } from '../lab/faketime.ts';
import { startFleet, type Fleet } from '../lab/fleet.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { eventually, quiet, redisFor } from '../queue/rig.ts';

const everyMs = 5_000;
const prefix = '{clock}';
const domains = ['healthy.example', 'mutual.example'];
const main = join(import.meta.dirname, '../../src/main.ts');
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

interface Running {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** The whole service in a process of its own, by the clock of `env`. */
async function startService(
  t: TestContext,
  fleet: Fleet,
  redisUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-clock-'));
  const [exporter, scheduler, worker] = [await freePort(), await freePort(), await freePort()].map(
    (port) => `127.0.0.1:${String(port)}`,
  );
  const listen = { exporter: exporter ?? '', scheduler: scheduler ?? '', worker: worker ?? '' };
  const config = join(folder, 'fedmon.yaml');
  writeFileSync(config, fleet.configYaml({ redisUrl, every: '5s', listen, prefix }));
  const child = await startProcess({
    name: 'fedmon',
    command: process.execPath,
    args: [main, 'run', '--config', config],
    env,
    logFile: join(folder, 'log'),
  });
  t.after(async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://${listen.exporter}`;
  const serves = async (): Promise<boolean> => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true;
  assert.ok(await eventually(serves, 20_000), child.lastLines());
  return { url, stop: () => child.stop(8_000) };
}

/** When each slot of each partner was first seen as judged, by the clock of this process, milliseconds. */
class Seen {
  readonly #store: Store;
  readonly #atMs = new Map(domains.map((domain) => [domain, new Map<number, number>()]));
  #ended = false;
  readonly #looking: Promise<void>;

  constructor(store: Store) {
    this.#store = store;
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    while (!this.#ended) {
      for (const [domain, { slotMs }] of await this.#store.standings(domains)) {
        const slots = this.#atMs.get(domain);
        if (slots?.has(slotMs) === false) slots.set(slotMs, performance.now());
      }
      await pause(50);
    }
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#looking;
  }

  /** The longest time without a new result since then, over all partners; until now counts. */
  longestGapMs(sinceMs: number): number {
    const gaps = [...this.#atMs.values()].flatMap((slots) => {
      const instants = [sinceMs, ...[...slots.values()].filter((each) => each >= sinceMs), performance.now()];
      return instants.slice(1).map((each, at) => each - (instants[at] ?? 0));
    });
    return Math.max(...gaps);
  }

  slots(domain: string): readonly number[] {
    return [...(this.#atMs.get(domain)?.keys() ?? [])];
  }
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}

const connectionsTo = (fleet: Fleet, domain: string): number =>
  fleet.edges(domain).reduce((sum, edge) => sum + edge.connections, 0);

test('the clock of one of two processes is set an hour off, to 1970 and to 2038: no gap, no burst, no word about a partner', async (t) => {
  const clock = await fakedClock(t);
  const found = clock === null ? null : await redisFor(t);
  if (clock === null || found === null) return;
  const { redis, atEnd } = found;
  const fleet = await startFleet(domains);
  t.after(() => fleet.stop());
  const store = createRedisStore({ url: redis.url, prefix }, quiet);
  atEnd(() => store.close());
  await startService(t, fleet, redis.url);
  const other = await startService(t, fleet, redis.url, clock.env);
  const seen = new Seen(store);
  atEnd(() => seen.end());
  await eventually(() => domains.every((domain) => seen.slots(domain).length > 0), 2 * everyMs);
  const [startMs, connections] = [performance.now(), connectionsTo(fleet, domains[0] ?? '')];

  for (const [time, aheadS] of [
    ['+1h', 3_600],
    ['-1h', -3_600],
    ['@1970-01-01 00:00:10', -1_700_000_000],
    ['@2038-01-20 00:00:00', 300_000_000],
  ] as const) {
    clock.set(time);
    const doubted = async (): Promise<boolean> => (await fetch(`${other.url}/-/ready`)).status === 503;
    assert.ok(await eventually(doubted, 2_000), `${time}: not ready`);
    const words = await (await fetch(`${other.url}/-/ready`)).text();
    assert.match(words, /the clock of this machine is .* that of Redis/);
    assert.equal((await fetch(`${other.url}/-/healthy`)).status, 200, 'a restart would not help');
    await pause(6_000);
    const ahead = await metric(other.url, 'fedmon_clock_ahead_seconds');
    assert.ok(Math.sign(ahead) === Math.sign(aheadS) && Math.abs(ahead) >= 0.9 * Math.abs(aheadS), String(ahead));
    const page = await (await fetch(`${other.url}/api/v1/partners/healthy.example`)).text();
    assert.match(page, /"state":"healthy"/, `${time}: its page shows what the others found`);
    clock.set('+0');
    const ready = async (): Promise<boolean> => (await fetch(`${other.url}/-/ready`)).ok;
    assert.ok(await eventually(ready, 20_000), `${time}: ready again`);
  }

  const gapMs = seen.longestGapMs(startMs);
  t.diagnostic(`longest time without a result ${String(Math.round(gapMs))} ms at an interval of ${String(everyMs)} ms`);
  assert.ok(gapMs < everyMs + 4_000, `${String(Math.round(gapMs))} ms without a result`);
  for (const domain of domains) {
    const slots = seen.slots(domain);
    assert.deepEqual(
      slots,
      slots.toSorted((a, b) => a - b),
      'slots go forward only',
    );
    assert.ok(
      slots.every((slotMs) => Math.abs(slotMs - Date.now()) < 300_000),
      'and are of this time',
    );
  }
  const made = connectionsTo(fleet, domains[0] ?? '') - connections;
  assert.ok(made <= (performance.now() - startMs) / everyMs + 2, `${String(made)} connections: no burst`);
  const told = (await store.events(100)).map((event) => `${event.domain} ${'to' in event ? event.to : event.kind}`);
  assert.deepEqual(
    told.toSorted(),
    domains.map((domain) => `${domain} healthy`),
  );
});
