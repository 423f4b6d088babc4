import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startProcess, type OwnProcess } from './process.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedmon-process-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function says(own: OwnProcess, word: string): Promise<void> {
  for (let tries = 0; tries < 500 && !own.lastLines().includes(word); tries += 1) await pause(10);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a process is stopped with SIGTERM, and its last lines are kept', async () => {
  const own = await startProcess({
    name: 'talker',
    command: process.execPath,
    args: ['-e', 'console.log("one"); console.log("two"); setInterval(() => {}, 1000)'],
    logFile: join(folder, 'talker.log'),
  });
  await says(own, 'two');
  assert.deepEqual(await own.stop(), { code: null, signal: 'SIGTERM' });
  assert.equal(own.hasEnded(), true);
  assert.equal(own.lastLines(1), 'two');
});

test('a process that ignores SIGTERM is killed after its grace', async () => {
  const own = await startProcess({
    name: 'stubborn',
    command: process.execPath,
    args: ['-e', 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)'],
    logFile: join(folder, 'stubborn.log'),
  });
  await says(own, 'ready');
  assert.deepEqual(await own.stop(100), { code: null, signal: 'SIGKILL' });
});

test('a program that does not exist is an error at once', async () => {
  const starting = startProcess({ name: 'none', command: '/no/such', args: [], logFile: join(folder, 'none.log') });
  await assert.rejects(starting, { code: 'ENOENT' });
});

test('what a process started ends with it, even when it is killed', async () => {
  const script = `
    const { startProcess } = await import(${JSON.stringify(join(import.meta.dirname, 'process.ts'))});
    const own = await startProcess({ name: 'orphan', command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'], logFile: ${JSON.stringify(join(folder, 'orphan.log'))} });
    console.log(own.pid);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const orphan = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
  });
  assert.equal(alive(orphan), true);
  parent.kill('SIGKILL');
  for (let tries = 0; tries < 100 && alive(orphan); tries += 1) await pause(50);
  assert.equal(alive(orphan), false);
});
