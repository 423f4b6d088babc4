import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withLock } from './lock.ts';
import { unpacked, UnpackFailed } from './unpack.ts';

function temporary(t: { after(clean: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-unpack-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('one at a time holds the lock, and it is free afterwards, also after an error', async (t) => {
  const path = join(temporary(t), 'lock');
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} in`);
    await pause(20);
    seen.push(`${name} out`);
  };
  await Promise.all([withLock(path, 5_000, work('a')), withLock(path, 5_000, work('b'))]);
  assert.deepEqual(seen, ['a in', 'a out', 'b in', 'b out']);
  await assert.rejects(
    withLock(path, 1_000, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(existsSync(path), false);
});

test('the lock of a dead process is taken over', async (t) => {
  const path = join(temporary(t), 'lock');
  await mkdir(path);
  // No process has the highest id that Linux allows plus one.
  writeFileSync(join(path, 'pid'), '4194305');
  assert.equal(await withLock(path, 2_000, () => Promise.resolve('mine')), 'mine');
});

test('a lock that stays held ends the wait with a sentence', async (t) => {
  const path = join(temporary(t), 'lock');
  await withLock(path, 1_000, async () => {
    await assert.rejects(
      withLock(path, 300, () => Promise.resolve()),
      /still held after 0.3 s/,
    );
  });
});

test('packages that do not exist leave no unpack behind, and the reason is remembered', async (t) => {
  if (!existsSync('/usr/bin/apt-get')) return;
  const home = temporary(t);
  const packages = ['fedmon-no-such-package'];
  const first = await unpacked(home, packages).catch((error: unknown) => error);
  assert.ok(first instanceof UnpackFailed);
  const told = (): readonly number[] => readdirSync(home).map((name) => statSync(join(home, name)).mtimeMs);
  const before = told();
  const second = await unpacked(home, packages).catch((error: unknown) => error);
  assert.ok(second instanceof UnpackFailed);
  assert.equal(second.message, first.message);
  assert.deepEqual(told(), before, 'the second answer comes without asking apt: nothing is written anew');
  assert.deepEqual(
    readdirSync(home).filter((name) => name.startsWith('fedmon-no-such') && !name.endsWith('.failed')),
    [],
  );
});
