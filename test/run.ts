// What `npm test` runs: all test files, or those below the paths given as arguments.
//   npm test                 everything
//   npm test -- test/net     one folder
import { globSync, mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createFailedTests } from './failed.ts';
import { runFiles, type Tally } from './run-files.ts';

const root = join(import.meta.dirname, '..');
const failedTests = createFailedTests(root);
const slowestShown = 12;

/** Whether a suite needs nothing but values: it runs first, because it answers fastest. */
function isPure(file: string): boolean {
  if (relative(root, file).startsWith(join('test', 'lab'))) return false;
  return !/from '(?:[./]+\/lab\/|node:(?:net|tls|dgram|http|child_process)')/.test(readFileSync(file, 'utf8'));
}

/** Whether a suite starts the service many times over and judges when it did what: nothing else runs beside it. */
function isStorm(file: string): boolean {
  return readFileSync(file, 'utf8').includes("from './scenario-test.ts'");
}

function wantedFiles(paths: readonly string[]): readonly string[] {
  const all = globSync('test/**/*.test.ts', { cwd: root }).map((file) => join(root, file));
  const wanted = paths.map((path) => resolve(path));
  const below = (file: string): boolean => wanted.some((path) => file === path || file.startsWith(`${path}/`));
  return all.filter((file) => wanted.length === 0 || below(file)).sort();
}

/** The files that took longest, one to a line: where to look when the whole run gets too long. */
function slowest(took: Tally['took']): readonly string[] {
  const sorted = [...took].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, slowestShown).map(([file, seconds]) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);
}

/** The suites that could not run, with the reasons that `needs` and its kin wrote down. */
function couldNotRun(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { test: string; reason: string })
    .map(({ test, reason }) => `  ${test}: ${reason}`);
}

async function main(paths: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-test-'));
  const skips = join(folder, 'skips');
  process.env['FEDMON_TEST_SKIPS'] = skips;
  const files = wantedFiles(paths);
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, took: new Map(), stayed: [] };
  const calm = files.filter((file) => !isStorm(file));
  const inTurn = [calm.filter(isPure), calm.filter((file) => !isPure(file)), files.filter(isStorm)];
  for (const each of inTurn) await runFiles(each, { root, tally, failedTests });
  const lines = couldNotRun(skips);
  rmSync(folder, { recursive: true, force: true });
  const complaints = [
    ...(lines.length === 0 ? [] : ['Could not run here:', ...lines]),
    ...(tally.passed + tally.failed === 0 ? ['No test ran.'] : []),
    ...(process.env['CI'] === 'true' && tally.skipped > 0 ? ['With CI=true nothing may be skipped.'] : []),
  ];
  for (const line of [...complaints, ...tally.stayed]) process.stdout.write(`${line}\n`);
  if (tally.took.size > 1) process.stdout.write(['The slowest files:', ...slowest(tally.took), ''].join('\n'));
  const { passed, failed, skipped } = tally;
  process.stdout.write(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped\n`);
  // Last of all: what is kept of a log is its end.
  for (const line of failedTests.lines()) process.stdout.write(`FAILED ${line}\n`);
  const good = failed === 0 && passed > 0 && !(process.env['CI'] === 'true' && skipped > 0);
  return good ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
