import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');

/** A bare clone with just what starts a command, and an `npm` that is this script of the shell. */
interface Clone {
  readonly path: string;
  readonly start: () => Started;
}

interface Started {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly says: () => string;
  readonly code: Promise<number | null>;
}

function clone(t: Pick<TestContext, 'after'>, npm: string): Clone {
  const path = mkdtempSync(join(tmpdir(), 'fedmon-install-'));
  const children: ChildProcess[] = [];
  // Also after a failure in the middle: a stand-in at work holds our pipes, and this file would never end.
  t.after(async () => {
    await Promise.all(children.map(killed));
    for (const pid of standIns(path)) process.kill(pid, 'SIGKILL');
    rmSync(path, { recursive: true, force: true });
  });
  for (const name of ['package.json', 'package-lock.json', 'src/bin']) {
    cpSync(join(root, name), join(path, name), { recursive: true });
  }
  writeFileSync(join(path, 'src', 'main.ts'), "process.stdout.write('ran\\n');\n");
  mkdirSync(join(path, 'fake'));
  writeFileSync(join(path, 'fake', 'npm'), `#!/bin/sh\necho "npm $*" >> calls\n${npm}\n`, { mode: 0o755 });
  const start = (): Started => {
    const env = { PATH: `${join(path, 'fake')}:/usr/bin:/bin` };
    const child = spawn(process.execPath, [join(path, 'src', 'bin', 'fedmon.mjs')], { env, cwd: tmpdir() });
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += String(part)));
    return { child, says: () => said, code: new Promise((resolve) => child.once('close', resolve)) };
  };
  return { path, start };
}

/** Kills it where it runs; what it started may go on. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** The processes that work in a clone: its npm, in a group of its own so that it outlives a killed command, and what that started. */
function standIns(path: string): readonly number[] {
  const worksThere = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === path;
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && worksThere(name))
    .map(Number);
}

/** Nothing is decided by it but that what is waited for does not come. */
const patienceMs = 60_000;

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!holds()) {
    assert.ok(performance.now() < endMs, what);
    await pause(10);
  }
}

/** Whether a process runs; one that nobody has buried yet does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const calls = (path: string): number => readFileSync(join(path, 'calls'), 'utf8').trimEnd().split('\n').length;
const lockOf = (path: string): string => join(path, '.cache', 'install.lock');
const installs = 'mkdir -p node_modules';

describe('the first command in a bare clone', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  test('installs, then runs; the second installs nothing', async (t) => {
    const { path, start } = clone(t, installs);
    const first = start();
    assert.equal(await first.code, 0, first.says());
    assert.equal(first.says(), 'fedmon: installing dependencies (npm ci) …\nran\n');
    const second = start();
    assert.deepEqual([await second.code, second.says(), calls(path)], [0, 'ran\n', 1]);
    assert.equal(existsSync(lockOf(path)), false);
  });

  test('a test that fails in the middle leaves nothing at work', async () => {
    const atEnd: (() => unknown)[] = [];
    const { path, start } = clone({ after: (end) => void atEnd.push(end as () => unknown) }, 'sleep 300 & wait');
    const { code } = start();
    await until('npm began', () => standIns(path).length === 2);
    for (const end of atEnd) await end();
    // Killed: it has no code. That its pipes are closed is what is waited for.
    assert.equal(await code, null);
    assert.deepEqual([standIns(path), existsSync(path)], [[], false]);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} while npm runs ends npm and its children: exit code 130`, async (t) => {
      const { path, start } = clone(t, 'sleep 300 & echo "$$ $!" > pids; wait');
      const { child, code, says } = start();
      await until('npm began', () => existsSync(join(path, 'pids')) && readFileSync(join(path, 'pids')).length > 3);
      const pids = readFileSync(join(path, 'pids'), 'utf8').trim().split(' ').map(Number);
      assert.deepEqual(pids.map(runs), [true, true]);
      child.kill(signal);
      assert.equal(await code, 130);
      assert.deepEqual(pids.map(runs), [false, false]);
      assert.match(says(), /\nfedmon: stopped before the dependencies were installed; .*\n$/);
      assert.deepEqual([existsSync(lockOf(path)), existsSync(join(path, 'node_modules'))], [false, false]);
    });
  }

  test('npm that fails: exit code 3, and the next command tries again', async (t) => {
    const { path, start } = clone(t, '[ -e mended ] || { echo "npm error EBAD" >&2; exit 7; }; mkdir -p node_modules');
    const first = start();
    assert.equal(await first.code, 3);
    assert.match(first.says(), /\nnpm error EBAD\nfedmon: npm ci failed; .*\n$/);
    writeFileSync(join(path, 'mended'), '');
    assert.equal(await start().code, 0);
    assert.equal(calls(path), 2);
  });
});

describe('two commands at once', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  test('one installs, the other says that it waits', async (t) => {
    const { path, start } = clone(t, `while [ ! -e go ]; do sleep 0.05; done; ${installs}`);
    const first = start();
    await until('npm began', () => existsSync(join(path, 'calls')));
    const second = start();
    await until('the second waits', () => second.says().includes('waiting'));
    assert.equal(
      second.says(),
      `fedmon: another command (process ${String(first.child.pid)}) is installing the dependencies; waiting for it …\n`,
    );
    writeFileSync(join(path, 'go'), '');
    assert.deepEqual([await first.code, await second.code, calls(path)], [0, 0, 1]);
    assert.match(second.says(), /…\nran\n$/);
  });

  test('a lock whose holder is dead is taken over, by one of those who come', async (t) => {
    const { path, start } = clone(t, `sleep 0.3; ${installs}`);
    const { pid: dead } = spawnSync('/bin/true');
    mkdirSync(lockOf(path), { recursive: true });
    writeFileSync(join(lockOf(path), 'pid'), String(dead));
    const started = [start(), start(), start()];
    assert.deepEqual(await Promise.all(started.map(({ code }) => code)), [0, 0, 0]);
    assert.equal(calls(path), 1);
    assert.equal(existsSync(lockOf(path)), false);
  });

  test('an npm that outlived its killed command is waited for', async (t) => {
    const { path, start } = clone(t, `while [ ! -e go ]; do sleep 0.05; done; ${installs}; echo done >> ends`);
    const first = start();
    await until('npm began', () => existsSync(join(lockOf(path), 'npm')) && existsSync(join(path, 'calls')));
    first.child.kill('SIGKILL');
    await until('the first is gone', () => !runs(first.child.pid ?? 0));
    const second = start();
    await until('the second sees it', () => second.says().includes('still at work'));
    assert.equal(calls(path), 1);
    writeFileSync(join(path, 'go'), '');
    assert.equal(await second.code, 0, second.says());
    assert.equal(readFileSync(join(path, 'ends'), 'utf8'), 'done\ndone\n');
  });

  test('a takeover that was killed in the middle does not block the lock', async (t) => {
    const { path, start } = clone(t, installs);
    const { pid: dead } = spawnSync('/bin/true');
    const turn = join(lockOf(path), 'takeover');
    mkdirSync(turn, { recursive: true });
    writeFileSync(join(lockOf(path), 'pid'), String(dead));
    const long = new Date(Date.now() - 60_000);
    utimesSync(turn, long, long);
    assert.equal(await start().code, 0);
  });
});
