import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { Change } from '../../src/federation/change.ts';
import { followEvents, feedEveryMs, feedLooksAt, type After } from '../../src/http/event-feed.ts';
import { mostStreams } from '../../src/http/route-api-events.ts';
import { startHttp } from '../../src/http/server.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const change = (domain: string, atMs: number): Change => ({
  domain,
  atMs,
  slotMs: atMs,
  from: 'healthy',
  to: 'unreachable',
  cause: null,
});

/** Time that passes when told. */
function handTime(): { readonly after: After; readonly pass: () => Promise<void> } {
  let due: (() => void)[] = [];
  const after: After = (ms, run) => {
    assert.equal(ms, feedEveryMs);
    due.push(run);
    return () => (due = due.filter((each) => each !== run));
  };
  const turn = (): Promise<void> => new Promise((done) => void setImmediate(done));
  return {
    after,
    async pass() {
      await turn();
      const now = due;
      due = [];
      for (const run of now) run();
      await turn();
    },
  };
}

test('what is new is told once to all who listen, oldest first; what was there before is not', async () => {
  const { after, pass } = handTime();
  let latest: readonly Change[] | null = [change('a.example', 1_000)];
  const feed = followEvents(() => Promise.resolve(latest), after);
  const [one, other]: [string[], string[]] = [[], []];
  const stop = feed.listen(({ row }) => void one.push(String(row.domain)));
  feed.listen(({ row }) => void other.push(String(row.domain)));
  await pass();
  latest = [change('c.example', 3_000), change('b.example', 2_000), change('a.example', 1_000)];
  await pass();
  assert.deepEqual(
    [one, other],
    [
      ['b.example', 'c.example'],
      ['b.example', 'c.example'],
    ],
  );
  latest = null;
  await pass();
  stop();
  latest = [change('a.example', 4_000), change('c.example', 3_000)];
  await pass();
  assert.deepEqual([one.length, other], [2, ['b.example', 'c.example', 'a.example']]);
});

test('nobody listens: nothing is looked at', async () => {
  const { after, pass } = handTime();
  let looks = 0;
  const feed = followEvents((limit) => {
    assert.equal(limit, feedLooksAt);
    looks += 1;
    return Promise.resolve([]);
  }, after);
  const stop = feed.listen(() => undefined);
  await pass();
  stop();
  const before = looks;
  await pass();
  await pass();
  assert.equal(looks, before);
});

interface Listener {
  readonly answer: IncomingMessage;
  heard(): string;
}

async function listenTo(t: TestContext, url: string, headers: Record<string, string> = {}): Promise<Listener> {
  const request = get(`${url}/api/v1/events`, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
  t.after(() => request.destroy());
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  answer
    .setEncoding('utf8')
    .on('data', (piece: string) => (text += piece))
    .on('error', () => undefined);
  return { answer, heard: () => text };
}

async function serve(t: TestContext, events: () => readonly Change[]): Promise<string> {
  const server = await startHttp(
    {
      ...serving(viewsOf(made.fleet(), { events: () => Promise.resolve(events()) })),
      listen: { host: '127.0.0.1', port: 0 },
    },
    quiet,
  );
  t.after(() => server.stop());
  return server.url;
}

async function until(good: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 10_000; !good() && performance.now() < endMs;) {
    await new Promise((next) => setTimeout(next, 20));
  }
  assert.ok(good());
}

test('a stream tells an event with its id, and what came after one that is named', { timeout: 30_000 }, async (t) => {
  let latest: readonly Change[] = [change('a.example', 1_000)];
  const url = await serve(t, () => latest);
  const first = await listenTo(t, url);
  assert.equal(first.answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(first.answer.headers['x-content-type-options'], 'nosniff');
  latest = [change('b.example', 2_000), ...latest];
  await until(() => first.heard().includes('b.example'));
  assert.match(
    first.heard(),
    /^retry: 5000\n\nid: 1970-01-01T00:00:02\.000Z b\.example unreachable\nevent: state\ndata: \{"domain":"b\.example",.*\}\n\n$/,
  );
  const later = await listenTo(t, url, { 'last-event-id': '1970-01-01T00:00:01.000Z a.example unreachable' });
  await until(() => later.heard().includes('b.example'));
  const json = (await (await fetch(`${url}/api/v1/events`)).json()) as { schema: string };
  assert.equal(json.schema, 'fedmon.events/1', 'who wants JSON gets JSON');
});

test('as many streams as there may be, and one more', { timeout: 30_000 }, async (t) => {
  const url = await serve(t, () => []);
  const all = await Promise.all(Array.from({ length: mostStreams }, () => listenTo(t, url)));
  assert.deepEqual(new Set(all.map(({ answer }) => answer.statusCode)), new Set([200]));
  const refused = await listenTo(t, url);
  assert.equal(refused.answer.statusCode, 503);
  await until(() => refused.heard().includes('64 streams of events are open already.'));
  all[0]?.answer.destroy();
  let status = 503;
  for (let tries = 0; status !== 200 && tries < 100; tries += 1)
    status = (await listenTo(t, url)).answer.statusCode ?? 0;
  assert.equal(status, 200, 'who leaves makes room');
});
