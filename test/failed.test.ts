import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { firstWords } from './failed.ts';

const program = `
import { run } from 'node:test';
import { createFailedTests } from ${JSON.stringify(join(import.meta.dirname, 'failed.ts'))};
const failed = createFailedTests(import.meta.dirname);
const events = run({ globPatterns: [import.meta.dirname + '/*.test.ts'], concurrency: 1 });
events.on('test:start', failed.began);
events.on('test:fail', failed.failed);
for await (const _ of events);
console.log(failed.lines().join('\\n'));
`;
const ends = `
import { test } from 'node:test';
test('good', () => {});
throw new Error('ends');
`;
const fails = `
import assert from 'node:assert/strict';
import { before, describe, suite, test } from 'node:test';
describe('outer', () => {
  describe('inner', () => {
    test('good', () => {});
    test('bad', () => assert.deepEqual(['a rule: broken'], []));
  });
  test('sub', (t) => t.test('deep', () => { throw new Error('first\\nsecond'); }));
});
describe('no bed', () => {
  before(() => { throw new Error('no server'); });
  test('one', () => {});
  test('two', () => {});
});
suite('at once', { concurrency: 2 }, () => {
  test('slow', async () => { await new Promise((done) => setTimeout(done, 20)); assert.equal(1, 2); });
  test('quick', () => { throw new TypeError('quick'); });
});
`;

test('each failed test is named once, by its file and its whole path, with the first words of its error', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-failed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'run.ts': program, 'ends.test.ts': ends, 'fails.test.ts': fails })) {
    writeFileSync(join(folder, name), text);
  }
  // A run within a test does nothing unless it does not know.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const args = ['--disable-warning=ExperimentalWarning', join(folder, 'run.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'ends.test.ts: test failed',
    "fails.test.ts > outer > inner > bad: Expected values to be strictly deep-equal: +   'a rule: broken'",
    'fails.test.ts > outer > sub > deep: first',
    'fails.test.ts > no bed: no server',
    'fails.test.ts > at once > slow: Expected values to be strictly equal: 1 !== 2',
    'fails.test.ts > at once > quick: quick',
  ]);
});

test('the first words of an error are a line of their own', () => {
  assert.equal(firstWords('one\ntwo'), 'one');
  assert.equal(firstWords('\n\u001b[31mred\u001b[39m'), 'red');
  assert.equal(
    firstWords("The input did not match the regular expression /x/. Input:\n\n'y'\n"),
    "The input did not match the regular expression /x/. Input: 'y'",
  );
  assert.equal(firstWords(''), '');
  assert.equal(firstWords('x'.repeat(1_000)).length, 240);
});
