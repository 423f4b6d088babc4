import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLiveConfig, type ChangeableConfig } from '../../src/config/live.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import { createReloader, lookEveryMs, type Reloader } from '../../src/role/reload.ts';

const head = 'identity: { domain: mon.example.com, contact: noc@example.com }\n';
const text = (...domains: readonly string[]): string =>
  `${head}partners: [${domains.map((domain) => `{ domain: ${domain} }`).join(', ')}]\n`;

interface Bench {
  readonly live: ChangeableConfig;
  readonly reloader: Reloader;
  readonly reads: boolean[];
  readonly lines: string[];
  write(text: string): void;
  /** Lets the time pass in which the files are looked at once more. */
  look(): Promise<void>;
  domains(): readonly string[];
}

/** A reloader on a real file, with a clock that stands still. */
async function bench(t: TestContext): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-reload-'));
  const file = join(folder, 'fedmon.yaml');
  const write = (content: string): void => writeFileSync(file, content);
  write(text('a.example'));
  const timer: { due: { ms: number; run: () => void } | null } = { due: null };
  const clock: Clock = {
    ...systemClock,
    after: (ms, run) => {
      timer.due = { ms, run };
      return () => (timer.due = null);
    },
  };
  const isDue = (): boolean => timer.due !== null;
  const [reads, lines]: [boolean[], string[]] = [[], []];
  const say = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const live = createLiveConfig(loadConfig(file, {}));
  const reloader = createReloader({
    live,
    // As in a thread: the answer comes later.
    load: () => new Promise((done, fail) => setImmediate(() => attempt(() => loadConfig(file, {}), done, fail))),
    own: { configRead: (good) => void reads.push(good) },
    clock,
    log: { debug: say, info: say, warn: say, error: say },
  });
  await reloader.start(new AbortController().signal);
  t.after(async () => {
    await reloader.stop();
    assert.equal(timer.due, null, 'nothing is planned after the end');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    live,
    reloader,
    reads,
    lines,
    write,
    async look() {
      assert.equal(timer.due?.ms, lookEveryMs);
      const { run } = timer.due;
      timer.due = null;
      run();
      while (!isDue()) await new Promise((done) => setTimeout(done, 2));
    },
    domains: () => live.current().partners.map(({ domain }) => domain),
  };
}

function attempt<T>(make: () => T, done: (value: T) => void, fail: (error: unknown) => void): void {
  try {
    done(make());
  } catch (error) {
    fail(error);
  }
}

test('a file that changed is read; one that did not is not', async (t) => {
  const it = await bench(t);
  assert.deepEqual(it.reads, [true], 'what the process started with counts as read');
  await it.look();
  assert.equal(it.reads.length, 1);
  it.write(text('a.example', 'b.example'));
  await it.look();
  assert.deepEqual(
    [it.domains(), it.reads],
    [
      ['a.example', 'b.example'],
      [true, true],
    ],
  );
  assert.match(it.lines.at(-1) ?? '', /is in force .*"added":\["b.example"\]/);
});

test('a file with mistakes leaves the old one in force and is said, until it is mended', async (t) => {
  const it = await bench(t);
  it.write(`${text('b.example')}vantag: rome\n`);
  await it.look();
  assert.deepEqual([it.domains(), it.reads.at(-1)], [['a.example'], false]);
  assert.match(it.lines.at(-1) ?? '', /the old one stays in force .*fedmon\.yaml:3:1 {2}vantag/);
  await it.look();
  assert.equal(it.reads.length, 2, 'not read again while it stays as it is');
  it.write(text('b.example'));
  await it.look();
  assert.deepEqual([it.domains(), it.reads.at(-1)], [['b.example'], true]);
});

test('SIGHUP reads again; what needs a restart is said and left', async (t) => {
  const it = await bench(t);
  it.write(`${text('c.example')}vantage: rome\n`);
  process.kill(process.pid, 'SIGHUP');
  for (let tries = 0; it.reads.length < 2 && tries < 500; tries += 1) await new Promise((done) => setTimeout(done, 2));
  assert.deepEqual([it.domains(), it.live.current().vantage], [['c.example'], 'default']);
  assert.match(it.lines.at(-1) ?? '', /only after a restart \{"restart":\["vantage"\]\}/);
});

test('requests that come together are carried out one after the other', async (t) => {
  const it = await bench(t);
  it.write(text('x.example'));
  const [first, second] = await Promise.all([it.reloader.reload('one'), it.reloader.reload('two')]);
  assert.deepEqual(first.ok && first.diff.added, ['x.example']);
  assert.deepEqual(second.ok && second.diff.added, []);
  it.write('- nonsense');
  const bad = await it.reloader.reload('three');
  assert.ok(!bad.ok && bad.mistakes.includes('fedmon.yaml'));
});
