import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { cannotRun } from './debian.ts';

interface Demo {
  readonly child: ChildProcess;
  text(): string;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts the demo with a Redis of its own; whatever happens, it is gone when the test is. */
function startDemo(t: TestContext, ...args: readonly string[]): Demo {
  const env = { ...process.env, REDIS_URL: '' };
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'demo.ts'), ...args], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const exit = new Promise<Awaited<Demo['exit']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  t.after(() => {
    child.kill('SIGKILL');
    // A demo that failed leaves its logs to be read.
    const folder = /--config (\S+)\/fedmon\.yaml/.exec(text)?.[1];
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return { child, text: () => text, exit };
}

/** The first match in what the demo says, waited for at most 60 s; null when it ended before. */
async function says(demo: Demo, pattern: RegExp): Promise<RegExpExecArray | null> {
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    const found = pattern.exec(demo.text());
    if (found !== null || demo.child.exitCode !== null) return found;
    await pause(50);
  }
  throw new Error(`the demo never said ${String(pattern)}:\n${demo.text()}`);
}

/** True when the demo cannot run here for want of a Redis; the test is skipped then. */
function lacksRedis(t: TestContext, demo: Demo): boolean {
  const reason = /No Redis was found.*/.exec(demo.text());
  if (reason !== null) cannotRun(t, reason[0]);
  return reason !== null;
}

async function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

/** Ends a Redis as an operator would, without a farewell to its clients. */
function shutDown(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write('SHUTDOWN NOSAVE\r\n'));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });
}

suite('the demo', { concurrency: false }, () => {
  test('shows partners in every state and ends with exit code 0', async (t) => {
    const demo = startDemo(t, '--once');
    const { code } = await demo.exit;
    if (lacksRedis(t, demo)) return;
    assert.equal(code, 0, demo.text());
    assert.match(demo.text(), /^All seven states are shown, after \d+ s:$/m);
    assert.doesNotMatch(demo.text(), /as their names say/);
    assert.match(demo.text(), /^ {2}maintenance {5}1 {2}maintenance$/m);
  });

  test('ends everything on SIGTERM, also when Redis is dead', async (t) => {
    const demo = startDemo(t);
    const redis = await says(demo, /redis:\/\/127\.0\.0\.1:(\d+)/);
    if (lacksRedis(t, demo)) return;
    const page = await says(demo, /page +http:\/\/127\.0\.0\.1:(\d+)/);
    const ports = [redis, page].map((found) => Number(found?.[1]));
    assert.deepEqual(await Promise.all(ports.map(refuses)), [false, false]);
    await shutDown(ports[0] ?? 0);
    demo.child.kill('SIGTERM');
    const began = performance.now();
    assert.deepEqual(await demo.exit, { code: 0, signal: null }, demo.text());
    assert.ok(performance.now() - began < 15_000, 'it waits 8 s at most for its children');
    assert.deepEqual(await Promise.all(ports.map(refuses)), [true, true]);
  });

  test('names the role that ended by itself, and stops', async (t) => {
    const demo = startDemo(t);
    const worker = await says(demo, /processes .*worker (\d+)/);
    if (lacksRedis(t, demo)) return;
    process.kill(Number(worker?.[1]), 'SIGKILL');
    assert.deepEqual(await demo.exit, { code: 1, signal: null }, demo.text());
    assert.match(demo.text(), /^The worker ended by itself \(SIGKILL\)\. Its last lines:$/m);
  });
});
