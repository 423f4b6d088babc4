import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const beside = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
const program = `
import { createFailedTests } from ${beside('failed.ts')};
import { runFiles } from ${beside('run-files.ts')};
const failed = createFailedTests(import.meta.dirname);
const tally = { passed: 0, failed: 0, skipped: 0, took: new Map(), stayed: [] };
const files = ['bad', 'good', 'quick'].map((name) => import.meta.dirname + '/' + name + '.test.ts');
await runFiles(files, { root: import.meta.dirname, tally, failedTests: failed, stayMs: 500 });
const { passed, failed: count, stayed } = tally;
console.log('\\n' + JSON.stringify({ passed, failed: count, stayed, named: failed.lines() }));
`;
/** No turn of the loop, no signal and no timer ends it: as when Node hangs. */
const hangs = `process.on('exit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));`;
const good = `import { test } from 'node:test'; test('good', () => {}); ${hangs}`;
const bad = `import { test } from 'node:test'; test('bad', () => { throw new Error('bad'); }); ${hangs}`;
const quick = `import { test } from 'node:test'; test('quick', () => {});`;

interface Told {
  readonly passed: number;
  readonly failed: number;
  readonly stayed: readonly string[];
  readonly named: readonly string[];
}

test('a process that stays after its last test is ended and named, and its tests count as they ended', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-stayed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const all = { 'run.ts': program, 'good.test.ts': good, 'bad.test.ts': bad, 'quick.test.ts': quick };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  // A run within a test does nothing unless it does not know.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const args = ['--disable-warning=ExperimentalWarning', join(folder, 'run.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const { stayed, ...counts } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Told;
  assert.deepEqual(counts, { passed: 2, failed: 1, named: ['bad.test.ts > bad: bad'] });
  assert.deepEqual(
    stayed.map((line) => line.replace(/(threads: ).*/, '$1…')).toSorted(),
    ['bad', 'good'].map(
      (name) => `${name}.test.ts: its process did not end within 0.5 s of its last test and was ended; its threads: …`,
    ),
  );
});
