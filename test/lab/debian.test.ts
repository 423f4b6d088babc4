import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { cannotRun, libraryFolders, needs, tool } from './debian.ts';

/** Runs with other environment variables and puts the old ones back. */
async function withEnv(values: Readonly<Record<string, string | undefined>>, work: () => unknown): Promise<void> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const set = (all: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries(all)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  set(values);
  try {
    await work();
  } finally {
    set(before);
  }
}

function fakeContext(): { readonly t: TestContext; readonly skipped: string[] } {
  const skipped: string[] = [];
  const t = { fullName: 'suite > case', skip: (reason: string) => void skipped.push(reason) };
  return { t: t as unknown as TestContext, skipped };
}

test('a program on PATH is used as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-path-'));
  const path = join(folder, 'valkey-server');
  writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await withEnv({ PATH: folder }, async () => {
    assert.deepEqual(await tool('valkey-server'), { name: 'valkey-server', path, env: {}, root: null, from: 'path' });
  });
  rmSync(folder, { recursive: true });
});

test('a test that cannot run is skipped with its reason, and the runner is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-skips-'));
  const file = join(folder, 'skips');
  const { t, skipped } = fakeContext();
  await withEnv({ CI: undefined, FEDMON_TEST_SKIPS: file }, () => cannotRun(t, 'needs a moon'));
  assert.deepEqual(skipped, ['needs a moon']);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { test: 'suite > case', reason: 'needs a moon' });
  rmSync(folder, { recursive: true });
});

test('with CI=true it fails instead', async () => {
  const { t, skipped } = fakeContext();
  await withEnv({ CI: 'true' }, () => {
    assert.throws(() => cannotRun(t, 'needs a moon'), /must not be skipped with CI=true: needs a moon/);
  });
  assert.deepEqual(skipped, []);
});

test('a missing program is named, with what to do', async () => {
  if ((await tool('chromium')) !== null) return; // Then nothing is missing here; the sentence is tested above.
  const { t, skipped } = fakeContext();
  await withEnv({ CI: undefined, FEDMON_TEST_SKIPS: undefined }, async () => {
    assert.equal(await needs(t, 'chromium'), null);
  });
  assert.deepEqual(skipped, ['needs chromium (chromium is not on PATH); install chromium']);
  await withEnv({ CI: 'true' }, () => assert.rejects(needs(t, 'chromium'), /must not be skipped/));
});

test('libraries are looked for in the folder of the architecture first', () => {
  const root = mkdtempSync(join(tmpdir(), 'fedmon-root-'));
  for (const folder of ['usr/lib/x86_64-linux-gnu', 'usr/lib/python3', 'lib']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const below = libraryFolders(root).map((folder) => relative(root, folder));
  assert.deepEqual(below, ['usr/lib/x86_64-linux-gnu', 'usr/lib', 'lib']);
  rmSync(root, { recursive: true });
});
