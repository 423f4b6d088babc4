// `npm run demo`: the whole service against a federation on loopback that misbehaves.
//   --once   end as soon as every state is shown (exit code 0), or after 90 s (exit code 1)
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startFleet, type Fleet } from './fleet.ts';
import { freePort } from './ports.ts';
import { startProcess, type OwnProcess } from './process.ts';
import { RedisNotFound, startRedis } from './redis.ts';
import { interruption, Started } from './started.ts';
import { progressOf, rowsOf, tableOf, type Row } from './settled.ts';

const root = join(import.meta.dirname, '..', '..');
const roles = ['exporter', 'scheduler', 'worker'] as const;
const readyLimitMs = 30_000;
const settleLimitMs = 90_000;
const graceMs = 8_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** A role ended by itself, or never came up; the message is for people. */
class Unwell extends Error {
  override readonly name = 'Unwell';
}

interface Service {
  readonly url: string;
  readonly config: string;
  readonly children: readonly OwnProcess[];
}

async function startService(redisUrl: string, fleet: Fleet, started: Started): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-demo-'));
  const ports = { exporter: await freePort(9464), scheduler: await freePort(), worker: await freePort() };
  const listen = {
    exporter: `127.0.0.1:${String(ports.exporter)}`,
    scheduler: `127.0.0.1:${String(ports.scheduler)}`,
    worker: `127.0.0.1:${String(ports.worker)}`,
  };
  const config = join(folder, 'fedmon.yaml');
  // A prefix of its own: REDIS_URL may lead to a Redis that holds something.
  const prefix = `{fedmon-demo-${String(process.pid)}}`;
  writeFileSync(config, fleet.configYaml({ redisUrl, every: '5s', listen, prefix }), { mode: 0o600 });
  const children = await Promise.all(
    roles.map((role) =>
      startProcess({
        name: role,
        command: process.execPath,
        args: [...process.execArgv, join(root, 'src', 'main.ts'), 'run', '--role', role, '--config', config],
        logFile: join(folder, `${role}.log`),
      }),
    ),
  );
  started.add(async () => {
    const ends = await Promise.all(children.map((child) => child.stop(graceMs)));
    // The logs stay where a failure has to be looked into.
    if (ends.every(({ code }) => code === 0)) rmSync(folder, { recursive: true, force: true });
  });
  return { url: `http://${listen.exporter}`, config, children };
}

/** Rejects when a role ends, resolves when we are interrupted. */
function endOf(children: readonly OwnProcess[], interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve(), { once: true });
    for (const child of children) {
      void child.ended.then(({ code, signal }) => {
        const how = signal ?? `exit code ${String(code)}`;
        reject(new Unwell(`The ${child.name} ended by itself (${how}). Its last lines:\n${child.lastLines()}`));
      });
    }
  });
}

async function get(url: string): Promise<{ readonly status: number; readonly body: string } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}

/** Asks again and again until there is an answer; null when the time is over. */
async function eventually<T>(limitMs: number, over: AbortSignal, look: () => Promise<T | null>): Promise<T | null> {
  const until = performance.now() + limitMs;
  while (performance.now() < until && !over.aborted) {
    const seen = await look();
    if (seen !== null) return seen;
    await pause(300);
  }
  return null;
}

async function shownRows(service: Service): Promise<readonly Row[]> {
  const answer = await get(`${service.url}/api/v1/partners`);
  return answer?.status === 200 ? rowsOf(JSON.parse(answer.body)) : [];
}

/** Waits for the fleet to settle and says what is shown. */
async function watch(
  service: Service,
  fleet: Fleet,
  over: AbortSignal,
): Promise<'every state' | 'not every state' | 'interrupted'> {
  const began = performance.now();
  let rows: readonly Row[] = [];
  await eventually(settleLimitMs, over, async () => {
    rows = await shownRows(service);
    const { everyState, others } = progressOf(fleet.partners, rows);
    return everyState && others.length === 0 ? true : null;
  });
  if (over.aborted) return 'interrupted';
  const { everyState, others } = progressOf(fleet.partners, rows);
  const seconds = String(Math.round((performance.now() - began) / 1000));
  say(
    everyState
      ? `All seven states are shown, after ${seconds} s:`
      : `Not all seven states are shown after ${seconds} s; the logs are beside ${service.config}.`,
  );
  say(tableOf(rows));
  if (others.length > 0) say(`Not (yet) as their names say: ${others.join(', ')}`);
  return everyState ? 'every state' : 'not every state';
}

function introduce(service: Service): void {
  say(`  page      ${service.url}/`);
  say(`  metrics   ${service.url}/metrics`);
  say(`  list      npx fedmon partners --config ${service.config}`);
  say(`  check     npx fedmon check expired.example half-dead.example --config ${service.config}`);
  say(`  processes ${service.children.map((child) => `${child.name} ${String(child.pid)}`).join(', ')}`);
  say(`  logs      ${service.children.map((child) => child.logFile).join(' ')}`);
}

async function demo(once: boolean, interrupted: AbortSignal, started: Started): Promise<number> {
  const redis = await startRedis();
  started.add(() => redis.stop());
  const fleet = await startFleet();
  started.add(() => fleet.stop());
  say(`A federation of ${String(fleet.partners.length)} partners on loopback, each with a story of its own.`);
  say(`Redis: ${redis.pid === null ? 'the one of REDIS_URL' : redis.url}. Starting scheduler, worker and exporter …`);
  const service = await startService(redis.url, fleet, started);
  const over = new AbortController();
  const ended = endOf(service.children, interrupted).finally(() => over.abort());
  // Awaited at the end; a rejection before that is not unhandled.
  ended.catch(() => undefined);

  const ready = await eventually(readyLimitMs, over.signal, async () =>
    (await get(`${service.url}/-/ready`))?.status === 200 ? true : null,
  );
  if (ready === null && !over.signal.aborted) {
    const lines = service.children[0]?.lastLines() ?? '';
    throw new Unwell(`The exporter was not ready within ${String(readyLimitMs / 1000)} s. Its last lines:\n${lines}`);
  }
  if (ready === null) {
    await ended;
    return 0;
  }
  introduce(service);
  say('Partners are examined every 5 s; a failure must repeat before it is believed. Ctrl-C ends everything.');
  const outcome = await watch(service, fleet, over.signal);
  if (once && outcome !== 'interrupted') return outcome === 'every state' ? 0 : 1;
  await ended;
  return 0;
}

async function main(): Promise<number> {
  const interrupted = interruption();
  const started = new Started();
  try {
    return await demo(process.argv.includes('--once'), interrupted, started);
  } catch (error) {
    if (!(error instanceof Unwell || error instanceof RedisNotFound)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await started.stop();
    say('Stopped.');
  }
}

process.exit(await main());
