import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRedisStore } from '../../src/store/redis.ts';
import { freePort } from '../lab/ports.ts';
import { needsRedis } from '../lab/redis.ts';
import { silentPort } from '../lab/silence.ts';
import { eventually, quiet, redisFor } from '../queue/rig.ts';

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const timeoutMs = 4_000;

interface Running {
  readonly child: ChildProcess;
  readonly lines: () => readonly Record<string, unknown>[];
  readonly stderr: () => string;
  readonly config: string;
  readonly ports: { readonly exporter: number; readonly scheduler: number; readonly worker: number };
  /** The exit code and how long it took from now. */
  ended(): Promise<{ code: number | null; tookMs: number }>;
  said(message: string): boolean;
}

/** Starts roles in a process of their own, with partners whose edge never answers. */
async function start(t: TestContext, redisUrl: string, roles: string, ...more: string[]): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'fedmon-run-'));
  const silent = await silentPort();
  const ports = { exporter: await freePort(), scheduler: await freePort(), worker: await freePort() };
  const route = `route: { host: 127.0.0.1, port: ${String(silent.port)} }`;
  const partners = Array.from({ length: 6 }, (_, at) => `  - { domain: p${String(at)}.example, ${route} }`);
  const config = join(dir, 'fedmon.yaml');
  writeFileSync(
    config,
    [
      'redis: { prefix: "{run}" }',
      'identity: { domain: mon.example, contact: "https://mon.example/probing" }',
      'dns: { servers: ["127.0.0.1:1"] }',
      'egress: { allow: ["127.0.0.0/8"] }',
      `defaults: { every: 10s, timeout: ${String(timeoutMs / 1000)}s }`,
      `listen: { exporter: "127.0.0.1:${String(ports.exporter)}", scheduler: "127.0.0.1:${String(ports.scheduler)}", worker: "127.0.0.1:${String(ports.worker)}" }`,
      'partners:',
      ...partners,
    ].join('\n'),
  );
  const program = join(import.meta.dirname, 'run-child.ts');
  const child = spawn(process.execPath, [program, config, roles, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FEDMON_REDIS_URL: redisUrl },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = once(child, 'close') as Promise<[number | null]>;
  t.after(async () => {
    child.kill('SIGKILL');
    await exit;
    await silent.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const lines = (): readonly Record<string, unknown>[] =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    child,
    config,
    ports,
    lines,
    stderr: () => err,
    said: (message) => lines().some((line) => line['msg'] === message),
    async ended() {
      const startedMs = performance.now();
      const [code] = await exit;
      return { code, tookMs: performance.now() - startedMs };
    },
  };
}

async function get(port: number, path: string): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

/** With what has to come, however busy the machine is; nothing is decided by it but that it does not come. */
const patienceMs = 60_000;

const probing = async (port: number): Promise<boolean> =>
  /^fedmon_probes_in_flight [1-9]/m.test((await get(port, '/metrics')).text);

/** An edge that says nothing is waited for: that takes seconds, a look-up is over at once. */
const hanging = async (port: number): Promise<boolean> =>
  (await probing(port)) &&
  /^fedmon_job_wait_seconds_count\{queue="edge"\} [1-9]/m.test((await get(port, '/metrics')).text);

test('all roles in one process: partners are examined, and SIGTERM ends it in order with work under way', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const it = await start(t, found.redis.url, 'scheduler,worker,exporter');
  assert.ok(
    await eventually(async () => (await get(it.ports.exporter, '/-/ready')).status === 200, patienceMs),
    it.stderr(),
  );
  assert.equal((await get(it.ports.exporter, '/-/healthy')).status, 200);
  assert.ok(await eventually(() => probing(it.ports.exporter), patienceMs), 'an examination is under way');
  it.child.kill('SIGTERM');
  const { code, tookMs } = await it.ended();
  assert.equal(code, 0, it.stderr());
  assert.ok(tookMs < timeoutMs + 5_000, `${String(tookMs)} ms`);
  assert.deepEqual(
    it.lines().filter((line) => line['level'] === 'error'),
    [],
  );
  assert.ok(it.said('running') && it.said('stopping') && it.said('stopped'));

  // What was under way was recorded or is back on the queue: the next process goes on with it.
  const next = await start(t, found.redis.url, 'scheduler,worker,exporter');
  const store = createRedisStore({ url: found.redis.url, prefix: '{run}' }, quiet);
  found.atEnd(() => store.close());
  const judged = async (): Promise<boolean> => (await store.standings(['p0.example', 'p5.example'])).size === 2;
  assert.ok(await eventually(judged, patienceMs), 'partners are judged');
  assert.ok(await eventually(() => next.said('running'), patienceMs));
  next.child.kill('SIGINT');
  assert.equal((await next.ended()).code, 0);
});

test('SIGTERM with Redis dead ends the process in time with exit code 0', async (t) => {
  const redis = await needsRedis(t, { own: true });
  if (redis === null) return;
  const it = await start(t, redis.url, 'scheduler,worker,exporter');
  assert.ok(await eventually(() => probing(it.ports.exporter), patienceMs), it.stderr());
  redis.kill('SIGKILL');
  await pause(2_000);
  it.child.kill('SIGTERM');
  const { code, tookMs } = await it.ended();
  assert.equal(code, 0, it.stderr());
  assert.ok(tookMs < timeoutMs + 5_000, `${String(tookMs)} ms`);
  const noise = it.lines().filter((line) => line['level'] === 'warn' || line['level'] === 'error');
  assert.ok(noise.length < 60, `${String(noise.length)} lines`);
});

/** A minute each, and also a Redis that only falls silent, by hand: `OUTAGE_S=60 npm test -- test/role/run.test.ts`. */
const outageS = Number(process.env['OUTAGE_S'] ?? 12);

for (const signal of process.env['OUTAGE_S'] === undefined
  ? (['SIGKILL'] as const)
  : (['SIGKILL', 'SIGSTOP'] as const)) {
  test(`${signal} of Redis, ${String(outageS)} s: all roles of a process say at most 10 lines a minute`, async (t) => {
    const found = await redisFor(t);
    if (found === null) return;
    const it = await start(t, found.redis.url, 'scheduler,worker,exporter');
    const ready = async (): Promise<boolean> => (await get(it.ports.exporter, '/-/ready')).status === 200;
    assert.ok(await eventually(ready, patienceMs), it.stderr());
    const before = it.lines().length;
    found.redis.kill(signal);
    await pause(outageS * 1_000);
    const said = it.lines().slice(before);
    found.redis.kill('SIGCONT');
    t.diagnostic(`${String(said.length)} lines: ${said.map((line) => String(line['msg'])).join('; ')}`);
    assert.ok(said.length >= 1, 'it is said');
    assert.ok(said.length <= 10 * Math.ceil(outageS / 60), said.map((line) => JSON.stringify(line)).join('\n'));
  });
}

test('without Redis the process waits, says so, is not ready, and begins when Redis comes', async (t) => {
  const port = await freePort();
  const it = await start(t, `redis://:s3cret@127.0.0.1:${String(port)}`, 'worker');
  assert.ok(
    await eventually(() => it.said('waiting for Redis: is it running, and is redis.url right?'), patienceMs),
    it.stderr(),
  );
  const ready = await get(it.ports.worker, '/-/ready');
  assert.equal(ready.status, 503);
  assert.match(ready.text, /^Redis does not answer/);
  assert.equal((await get(it.ports.worker, '/-/healthy')).status, 200);
  assert.equal(JSON.stringify(it.lines()).includes('s3cret'), false);
  it.child.kill('SIGTERM');
  const { code, tookMs } = await it.ended();
  assert.equal(code, 0);
  assert.ok(tookMs < 3_000, `${String(tookMs)} ms`);

  const other = await start(t, `redis://127.0.0.1:${String(port)}`, 'worker');
  assert.ok(
    await eventually(() => other.said('waiting for Redis: is it running, and is redis.url right?'), patienceMs),
  );
  if ((await needsRedis(t, { port })) === null) return;
  assert.ok(await eventually(async () => (await get(other.ports.worker, '/-/ready')).status === 200, patienceMs));
  other.child.kill('SIGTERM');
  assert.equal((await other.ended()).code, 0);
});

test('a Redis that drops keys is refused with a sentence', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const { Redis } = await import('ioredis');
  const raw = new Redis(found.redis.url);
  await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
  raw.disconnect();
  const it = await start(t, found.redis.url, 'scheduler');
  assert.equal((await it.ended()).code, 3);
  assert.match(it.stderr(), /^Redis drops keys when its memory is full .*noeviction/);
});

test('a second signal ends the process at once; one that follows at once is the same wish', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const it = await start(t, found.redis.url, 'scheduler,worker');
  assert.ok(await eventually(() => hanging(it.ports.scheduler), patienceMs), it.stderr());
  it.child.kill('SIGTERM');
  await pause(50);
  it.child.kill('SIGTERM');
  await pause(300);
  assert.equal(it.child.exitCode, null, 'still ending in order');
  it.child.kill('SIGTERM');
  // In order it ends with 0, and only when the probes under way have used up their time.
  assert.equal((await it.ended()).code, 143);
});

test('an error that nobody caught ends the process with exit code 1 and a line without secrets', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const it = await start(t, found.redis.url, 'scheduler', 'bug');
  assert.equal((await it.ended()).code, 1);
  const last = it.lines().find((line) => line['msg'] === 'an error that nobody caught: this is a bug');
  assert.equal(last?.['level'], 'error');
  assert.match(JSON.stringify(last), /a bug at redis:\/\/\*\*\*@h:1/);
});

test('a file that changed: new partners are scheduled, removed ones vanish, mistakes change nothing', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const it = await start(t, found.redis.url, 'scheduler,worker,exporter');
  const metrics = async (): Promise<string> => (await get(it.ports.exporter, '/metrics')).text;
  const shows = async (pattern: RegExp): Promise<boolean> => pattern.test(await metrics());
  assert.ok(await eventually(() => shows(/fedmon_partner_info\{partner="p0\.example"/), patienceMs), it.stderr());
  const before = readFileSync(it.config, 'utf8');
  writeFileSync(it.config, before.replace('{ domain: p0.example', '{ domain: new.example'));
  it.child.kill('SIGHUP');
  assert.ok(await eventually(() => shows(/fedmon_partner_info\{partner="new\.example"/), patienceMs));
  assert.doesNotMatch(await metrics(), /p0\.example/);
  assert.match((await get(it.ports.exporter, '/config')).text, /- domain: new\.example/);
  // Examined: its time is known.
  const examined = /fedmon_check_last_run_timestamp_seconds\{partner="new\.example"/;
  assert.ok(await eventually(() => shows(examined), patienceMs), 'the new partner is examined');

  writeFileSync(it.config, `${before}\nvantag: x\n`);
  assert.ok(await eventually(() => shows(/fedmon_config_last_reload_successful 0/), patienceMs));
  assert.match(await metrics(), /fedmon_partner_info\{partner="new\.example"/);
  it.child.kill('SIGTERM');
  assert.equal((await it.ended()).code, 0);
});
