import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { formatFor, takesGzip } from '../../src/http/accept.ts';
import { hasAlready } from '../../src/http/conditional.ts';
import { buildHttp } from '../../src/http/server.ts';
import { mediaTypes } from '../../src/metrics/exposition.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

let snapshot: Snapshot = made.fleet();

const app = buildHttp(
  serving(
    viewsOf(() => snapshot),
    { metrics: (format) => Promise.resolve(`# ${format}\n`.repeat(1_000)) },
  ),
  quiet,
);

interface Page {
  readonly total: number;
  readonly next: string | null;
  readonly partners: readonly { readonly domain: string }[];
}

const page = async (query: string): Promise<Page> => (await app.inject(`/api/v1/partners?${query}`)).json<Page>();

test('partners come by name, page by page, each on exactly one page', async () => {
  const wanted = made
    .fleet()
    .partners.map(({ published }) => published.partner.domain)
    .sort();
  for (const limit of [1, 2, 4, 9, 500]) {
    const seen: string[] = [];
    let next: string | null = '';
    for (let asked = 0; next !== null; asked += 1) {
      const answer: Page = await page(`limit=${String(limit)}&after=${next}`);
      assert.equal(answer.total, wanted.length);
      assert.ok(answer.partners.length <= limit && asked < wanted.length);
      seen.push(...answer.partners.map(({ domain }) => domain));
      next = answer.next;
    }
    assert.deepEqual(seen, wanted, String(limit));
  }
});

test('a page begins after a name that is gone by now, and the choice holds on every page', async () => {
  const after = async (name: string): Promise<string | undefined> =>
    (await page(`limit=1&after=${name}`)).partners[0]?.domain;
  assert.equal(await after('b.example.gone'), 'degraded.example');
  assert.deepEqual((await page('limit=1&after=zzz')).partners, []);
  const { total, next, partners } = await page('layer=policy&limit=1');
  assert.deepEqual([total, next, partners.map(({ domain }) => domain)], [1, null, ['refused.example']]);
});

test('a limit at and beyond the bounds, and words nobody knows', async () => {
  const code = async (query: string): Promise<number> => (await app.inject(`/api/v1/partners?${query}`)).statusCode;
  for (const good of ['limit=1', 'limit=1000', 'code=what_ever']) assert.equal(await code(good), 200, good);
  for (const bad of ['limit=0', 'limit=1001', 'limit=-1', 'limit=x', 'limit=1&limit=2', 'state=evil', 'layer=evil'])
    assert.equal(await code(bad), 400, bad);
});

test('a large fleet comes 500 rows at a time', async () => {
  snapshot = made.snapshotOf(
    Array.from({ length: 501 }, (_, at) => made.healthy(`p${String(at).padStart(3, '0')}.example`)),
  );
  const first = await page('');
  snapshot = made.fleet();
  assert.deepEqual([first.partners.length, first.total, first.next], [500, 501, 'p499.example']);
});

const urls = ['partners', 'partners/refused.example', 'events', 'own-certificates'].map((each) => `/api/v1/${each}`);

test('who has what an answer says is told so, also when it was read again; who has something else gets it', async () => {
  for (const url of urls) {
    const { headers, body } = await app.inject(url);
    const tag = String(headers.etag);
    assert.match(tag, /^W\/"[\w-]{27}"$/, url);
    assert.equal(headers['cache-control'], 'private, no-cache');
    snapshot = { ...made.fleet(), nowMs: made.nowMs + 1_000 };
    const ask = (wanted: string) => app.inject({ url, headers: { 'if-none-match': wanted } });
    const same = await ask(`"other", ${tag}`);
    assert.deepEqual([same.statusCode, same.body, same.headers.etag], [304, '', tag], url);
    assert.equal(same.headers['content-type'], undefined);
    assert.equal((await ask('"other"')).statusCode, 200);
    snapshot = made.fleet();
    assert.equal((await app.inject({ url, headers: { 'if-none-match': '"other"' } })).body, body);
  }
});

test('another state is another tag, another choice too; what is no answer has none', async () => {
  const tag = async (url: string): Promise<unknown> => (await app.inject(url)).headers.etag;
  const before = await tag('/api/v1/partners');
  snapshot = made.snapshotOf([made.healthy('a.example')]);
  const after = await tag('/api/v1/partners');
  snapshot = made.fleet();
  assert.notEqual(after, before);
  assert.notEqual(await tag('/api/v1/partners?limit=2'), before);
  for (const url of ['/api/v1/partners/nobody.example', '/', '/metrics', '/-/healthy'])
    assert.equal(await tag(url), undefined, url);
});

test('tags are compared weakly', () => {
  assert.equal(hasAlready(undefined, 'W/"a"'), false);
  assert.equal(hasAlready('', 'W/"a"'), false);
  assert.equal(hasAlready('"b", W/"a"', 'W/"a"'), true);
  assert.equal(hasAlready('"a"', 'W/"a"'), true);
  assert.equal(hasAlready('*', 'W/"a"'), true);
});

test('who takes gzip gets it, and the same text in it; who does not, or asks for the head, gets none', async () => {
  for (const url of ['/', '/metrics', '/api/v1/partners', '/partners/refused.example']) {
    const plain = await app.inject(url);
    const packed = await app.inject({ url, headers: { 'accept-encoding': 'br, gzip;q=0.9' } });
    assert.deepEqual([plain.headers['content-encoding'], packed.headers['content-encoding']], [undefined, 'gzip'], url);
    assert.match(String(packed.headers.vary), /(^|, )Accept-Encoding$/);
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body, url);
    assert.ok(packed.rawPayload.length < plain.rawPayload.length / 2);
    assert.equal(packed.headers['content-security-policy'], plain.headers['content-security-policy']);
    const head = await app.inject({ method: 'HEAD', url, headers: { 'accept-encoding': 'gzip' } });
    assert.deepEqual([head.statusCode, head.body], [200, ''], url);
  }
  const short = await app.inject({ url: '/-/healthy', headers: { 'accept-encoding': 'gzip' } });
  assert.deepEqual([short.headers['content-encoding'], short.body], [undefined, 'ok\n']);
});

test('gzip by the weights of the header', () => {
  for (const yes of ['gzip', 'deflate, GZIP', '*', 'gzip;q=0.5, identity;q=0.5', 'x-gzip', 'br;q=1.0, gzip;q=0.1'])
    assert.equal(takesGzip(yes), true, yes);
  for (const no of [undefined, '', 'br', 'gzip;q=0', '*;q=0', 'identity, gzip;q=0.5', 'gzip;q=2', 'gzip;q=x'])
    assert.equal(takesGzip(no), false, no);
});

// What Prometheus 2.42 and 3.5 send.
const asks = [
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
];

test('OpenMetrics for who names it and wants no text more; text for everybody else', async () => {
  for (const open of [
    ...asks,
    'application/openmetrics-text',
    'text/plain;q=0.5, application/openmetrics-text; version=1.0.0',
  ])
    assert.equal(formatFor(open), 'openmetrics', open);
  for (const text of [
    undefined,
    '*/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'application/openmetrics-text;version=0.0.1',
    'application/openmetrics-text;version=1.0.0;q=0',
    'application/openmetrics-text;q=0.5, text/plain',
  ])
    assert.equal(formatFor(text), 'text', text);
  for (const accept of [asks[0], 'text/plain']) {
    const { headers, body } = await app.inject({ url: '/metrics', headers: { accept: accept ?? '' } });
    const format = formatFor(accept);
    assert.deepEqual(
      [headers['content-type'], body.split('\n')[0], headers.vary],
      [mediaTypes[format], `# ${format}`, 'Accept, Accept-Encoding'],
    );
  }
});
