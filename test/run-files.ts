import { relative } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { FailedTests } from './failed.ts';
import { createStayed } from './stayed.ts';

const perTestMs = 120_000;
/** Files at once: most of their time is waiting for servers and clocks. */
const filesAtOnce = 4;
/** Without a sign of life for this long, a file hangs. */
const silenceMs = perTestMs + 60_000;

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** How long each file took, in seconds. */
  took: Map<string, number>;
  /** The files whose processes did not end by themselves, a sentence each. */
  stayed: string[];
}

export interface Runner {
  /** What the names of files are told from. */
  readonly root: string;
  readonly tally: Tally;
  readonly failedTests: FailedTests;
  /** How long a process may stay after its last test; absent: 20 s. */
  readonly stayMs?: number;
}

/** Runs test files, so many at once, prints what each says once it has ended, and adds to the tally. */
export async function runFiles(files: readonly string[], runner: Runner): Promise<void> {
  const left = [...files];
  const next = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) await runFile(file, runner);
  };
  await Promise.all(Array.from({ length: filesAtOnce }, next));
}

/** A run of its own for each: of several files in one run, what a later one says is held back until the earlier ones have ended. */
async function runFile(file: string, { root, tally, failedTests, stayMs }: Runner): Promise<void> {
  const name = relative(root, file);
  const abort = new AbortController();
  const stayed = createStayed(file, name, stayMs);
  const give = (): void => {
    process.stderr.write(`\n${name}: nothing was heard for ${String(silenceMs / 1000)} s. Ended.\n`);
    abort.abort();
  };
  let timer = setTimeout(give, silenceMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(give, silenceMs);
  };
  const events = run({ files: [file], timeout: perTestMs, signal: abort.signal });
  events.on('test:start', failedTests.began);
  events.on('test:fail', (test) => {
    // Its tests were told, and what is said here is that we ended it.
    if (test.name === file && stayed.ended() !== null) tally.failed -= 1;
    else failedTests.failed(test);
  });
  for (const event of ['test:dequeue', 'test:pass', 'test:fail', 'test:stdout', 'test:stderr'] as const) {
    events.on(event, heard);
  }
  events.on('test:summary', (summary) => {
    if (summary.file !== undefined) {
      tally.took.set(name, summary.duration_ms / 1000);
      stayed.told();
      return;
    }
    const { counts } = summary;
    tally.passed += counts.passed;
    tally.failed += tests(counts, 'failed') + tests(counts, 'cancelled');
    tally.skipped += counts.skipped;
  });
  const said: string[] = [];
  const report: AsyncIterable<unknown> = events.pipe(withoutSums()).pipe(new spec());
  for await (const text of report) said.push(String(text));
  process.stdout.write(said.join(''));
  clearTimeout(timer);
  stayed.gone();
  const ended = stayed.ended();
  if (ended !== null) tally.stayed.push(ended);
}

/** The sums are told once, of all files. */
function withoutSums(): Transform {
  return new Transform({
    objectMode: true,
    transform(event: { type: string; data: { file?: string } }, _: unknown, done: TransformCallback) {
      if (event.type === 'test:diagnostic' && event.data.file === undefined) done();
      else done(null, event);
    },
  });
}

/** `failed` is in the counts of every Node that runs this, and not yet in their types. */
function tests(counts: object, name: string): number {
  return Number((counts as Record<string, unknown>)[name] ?? 0);
}
