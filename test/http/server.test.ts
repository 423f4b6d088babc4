import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { contentSecurityPolicy } from '../../src/http/guard.ts';
import type { Orders } from '../../src/http/route-reload.ts';
import { buildHttp, ListenFailed, startHttp, type HttpOptions } from '../../src/http/server.ts';
import type { Ledger } from '../../src/http/ledger-rows.ts';
import type { Sending } from '../../src/federation/ledger.ts';
import type { Log } from '../../src/log/log.ts';
import type { Letter } from '../../src/probe/letter.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { requestAsSent, sampleRequest } from '../../src/probe/sip/request.ts';
import { assertSendable } from '../probe/sendable.ts';
import * as made from '../metrics/made-up.ts';
import { viewsOf } from './stub.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const sentTo = made.edge('sip.two.example', '192.0.2.1');
const sender = { domain: 'mon.example', userAgent: 'fedmon/0 (+https://mon.example)' };
const random = ['1', '2', '3'].map((digit) => digit.repeat(32));
const ledger = (domain: string): Promise<Ledger> => {
  const sendings: readonly Sending[] = [
    { what: 'tcp_connect', outcome: 'done' },
    { what: 'tls_handshake', outcome: 'done', identity: 'default' },
    { what: 'sip_options', outcome: '403', octets: 412, text: sampleRequest(sentTo, sender), random },
  ];
  const entry = { slotMs: 0, at: '2026-03-01T12:00:00.000Z', vantage: 'here-1', edge: sentTo, sendings };
  return Promise.resolve({ rows: domain === 'none.example' ? [] : [entry] });
};

function options(snapshot: Snapshot = made.fleet(), change: Partial<HttpOptions> = {}): HttpOptions {
  return {
    metrics: () => Promise.resolve('fedmon_store_up 1\n'),
    healthy: () => true,
    ready: () => Promise.resolve(true),
    views: viewsOf(snapshot, {
      config: () => 'vantage: here-1\n',
      events: () => Promise.resolve(snapshot.events),
      ledger,
    }),
    ...change,
  };
}

const app = (snapshot?: Snapshot, change?: Partial<HttpOptions>) => buildHttp(options(snapshot, change), quiet);

test('health: 200, or 503 with the reason', async () => {
  const well = app();
  assert.deepEqual(
    (await Promise.all(['/-/healthy', '/-/ready'].map((url) => well.inject(url)))).map((each) => [
      each.statusCode,
      each.body,
    ]),
    [
      [200, 'ok\n'],
      [200, 'ok\n'],
    ],
  );
  const ill = app(undefined, {
    healthy: () => 'No job for 10 min.',
    ready: () => Promise.resolve('The store cannot be read.'),
  });
  const [healthy, ready] = await Promise.all(['/-/healthy', '/-/ready'].map((url) => ill.inject(url)));
  assert.deepEqual([healthy?.statusCode, healthy?.body], [503, 'No job for 10 min.\n']);
  assert.deepEqual([ready?.statusCode, ready?.body], [503, 'The store cannot be read.\n']);
});

test('metrics: the text format, for GET and HEAD', async () => {
  const server = app();
  const got = await server.inject('/metrics');
  assert.deepEqual(
    [got.statusCode, got.headers['content-type'], got.body],
    [200, 'text/plain; version=0.0.4; charset=utf-8', 'fedmon_store_up 1\n'],
  );
  const head = await server.inject({ method: 'HEAD', url: '/metrics' });
  assert.deepEqual([head.statusCode, head.body], [200, '']);
});

test('every answer carries the security headers', async () => {
  const server = app();
  for (const url of ['/', '/metrics', '/nothing', '/page.css', '/partners/a.example', '/api/v1/partners', '/%']) {
    const { headers } = await server.inject(url);
    if (url !== '/%') assert.equal(headers['content-security-policy'], contentSecurityPolicy, url);
    if (url !== '/%') assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['x-powered-by'], undefined);
  }
  assert.match(contentSecurityPolicy, /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(contentSecurityPolicy, /script-src 'self';/);
  assert.doesNotMatch(contentSecurityPolicy, /unsafe|\*|http|data:|blob:/);
});

test('only reading methods: everything else is a 405 problem', async () => {
  const server = app();
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const answer = await server.inject({ method, url: '/metrics', payload: 'x'.repeat(100) });
    assert.deepEqual(
      [answer.statusCode, answer.headers['content-type'], answer.headers.allow],
      [405, 'application/problem+json; charset=utf-8', 'GET, HEAD'],
      method,
    );
  }
});

test('the configuration in force, as text', async () => {
  const answer = await app().inject('/config');
  assert.deepEqual([answer.statusCode, answer.body], [200, 'vantage: here-1\n']);
});

test('POST /-/reload: off without a token, 401 without, 403 with a wrong one, else what became of it', async () => {
  const token = 'a-token-of-20-letters';
  let asked = 0;
  let result: Awaited<ReturnType<Orders['reload']>> = { ok: true, diff: { added: ['a.example'] } };
  const reload = (): Promise<typeof result> => {
    asked += 1;
    return Promise.resolve(result);
  };
  const ask = async (server: ReturnType<typeof app>, authorization?: string): Promise<number> =>
    (
      await server.inject({
        method: 'POST',
        url: '/-/reload',
        headers: authorization === undefined ? {} : { authorization },
      })
    ).statusCode;

  assert.equal(await ask(app(), `Bearer ${token}`), 405);
  const server = app(undefined, { orders: { token, reload } });
  assert.equal(await ask(server), 401);
  for (const wrong of ['', 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token]) {
    assert.equal(await ask(server, wrong), 403, wrong);
  }
  const read = await server.inject('/-/reload');
  assert.deepEqual([read.statusCode, read.headers.allow], [405, 'POST, PUT']);
  assert.equal((await server.inject({ method: 'DELETE', url: '/-/reload' })).statusCode, 405);
  assert.equal(asked, 0);

  const headers = { authorization: `Bearer ${token}` };
  const good = await server.inject({ method: 'PUT', url: '/-/reload', headers });
  assert.deepEqual([good.statusCode, good.json()], [200, { added: ['a.example'] }]);
  result = { ok: false, mistakes: 'fedmon.yaml:3:1  vantag: unknown key' };
  const bad = await server.inject({ method: 'POST', url: '/-/reload', headers });
  assert.deepEqual([bad.statusCode, bad.json<{ detail: string }>().detail], [422, result.mistakes]);
  assert.equal(asked, 2);
});

test('unknown addresses are a 404 problem', async () => {
  const { statusCode, headers, body } = await app().inject('/nothing?<script>');
  assert.deepEqual([statusCode, headers['content-type']], [404, 'application/problem+json; charset=utf-8']);
  assert.deepEqual(JSON.parse(body), {
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    detail: 'There is nothing at this address.',
  });
});

test('an address that cannot be decoded is a 400 problem', async () => {
  const { statusCode, headers } = await app().inject('/partners/%E0%A4%A');
  assert.deepEqual([statusCode, headers['content-type']], [400, 'application/problem+json; charset=utf-8']);
});

test('a fault says nothing of our inside, and the log everything', async () => {
  const logged: object[] = [];
  const log = { ...quiet, error: (fields: object) => void logged.push(fields) };
  const fault = new Error('redis://:secret@10.0.0.1 broke');
  const server = buildHttp(options(undefined, { metrics: () => Promise.reject(fault) }), log);
  const { statusCode, headers, body } = await server.inject('/metrics');
  assert.deepEqual([statusCode, headers['content-type']], [500, 'application/problem+json; charset=utf-8']);
  assert.equal(body.includes('secret'), false);
  assert.deepEqual(logged, [{ err: fault, route: '/metrics' }]);
});

test('without views only metrics and health are served', async () => {
  const all = options();
  const health = { healthy: () => all.healthy(), ready: () => all.ready() };
  const server = buildHttp({ ...health, metrics: all.metrics }, quiet);
  const codes = await Promise.all(['/', '/api/v1/partners', '/metrics', '/-/ready'].map((url) => server.inject(url)));
  assert.deepEqual(
    codes.map((each) => each.statusCode),
    [404, 404, 200, 200],
  );
});

test('pages: fleet, partner, explanation, style and icon', async () => {
  const server = app();
  const get = async (url: string): Promise<readonly [number, string | undefined, boolean]> => {
    const { statusCode, headers, body } = await server.inject(url);
    return [statusCode, headers['content-type']?.toString(), body.startsWith('<!doctype html>')];
  };
  const page = 'text/html; charset=utf-8';
  assert.deepEqual(await get('/?state=refused'), [200, page, true]);
  assert.deepEqual(await get('/partners/refused.example'), [200, page, true]);
  assert.deepEqual(await get('/partners/REFUSED.example'), [200, page, true]);
  assert.deepEqual(await get(`/partners/${'a'.repeat(250)}`), [404, page, true]);
  assert.deepEqual(await get('/explain/tcp_refused'), [200, page, true]);
  assert.deepEqual(await get('/explain/constructor'), [404, page, true]);
  assert.deepEqual(await get('/explain/'), [200, page, true]);
  const moved = await server.inject('/explain');
  assert.deepEqual([moved.statusCode, moved.headers.location], [308, 'explain/']);
  assert.deepEqual(await get('/page.css'), [200, 'text/css; charset=utf-8', false]);
  assert.deepEqual(await get('/page.svg'), [200, 'image/svg+xml', false]);
});

test('a page that is not there names what was asked for, as text, and leads to the fleet', async () => {
  const server = app();
  const { statusCode, body } = await server.inject('/partners/Stranger.example');
  assert.equal(statusCode, 404);
  assert.match(body, /<h1>No such partner: stranger\.example<\/h1>.*<a href="\.\.\/">All partners<\/a>/s);
  const hostile = (await server.inject(`/partners/${encodeURIComponent('<img src=x>')}`)).body;
  assert.match(hostile, /<h1>No such partner: &lt;img src=x&gt;<\/h1>/);
  assert.match((await server.inject('/explain/no_such')).body, /<h1>No such finding: no_such<\/h1>/);
});

test('while the store cannot be read, pages and API say 503, never an empty fleet', async () => {
  const server = app(made.downSnapshot);
  for (const url of ['/', '/partners/a.example', '/api/v1/partners', '/api/v1/partners/a.example', '/api/v1/events']) {
    assert.equal((await server.inject(url)).statusCode, 503, url);
  }
  assert.match((await server.inject('/partners/a.example')).body, /href="\.\.\/page\.css"/);
});

test('the API: partners, one partner, events', async () => {
  const server = app();
  const refused: unknown = (await server.inject('/api/v1/partners?state=refused')).json();
  assert.deepEqual(refused, {
    schema: 'fedmon.partners/1',
    at: '2026-11-23T12:01:00.000Z',
    blind: null,
    total: 1,
    next: null,
    partners: [
      {
        domain: 'refused.example',
        name: null,
        tier: 'standard',
        owner: null,
        profile: 'microsoft-federation',
        state: 'refused',
        reason: null,
        since: made.at,
        lastGood: null,
        until: null,
        cause: (refused as { partners: readonly { cause: unknown }[] }).partners[0]!.cause,
        examined: made.at,
        intervalMs: 300_000,
        pace: { is: 'regular', everyMs: 300_000 },
        cron: null,
      },
    ],
  });
  const one = (await server.inject('/api/v1/partners/refused.example')).json<Record<string, Record<string, unknown>>>();
  assert.deepEqual(
    [
      one['schema'],
      one['state'],
      one['cause']?.['code'],
      one['examination']?.['state'],
      one['examination']?.['tookMs'],
    ],
    ['fedmon.partner/1', 'refused', 'sip_forbidden', 'refused', 45],
  );
  assert.equal((await server.inject('/api/v1/partners')).json<{ partners: readonly unknown[] }>().partners.length, 9);
  const letterOf = async (domain: string) =>
    (await server.inject(`/api/v1/partners/${domain}`)).json<{ letter: Letter | null }>().letter;
  const letter = await letterOf('unreachable.example');
  assert.match(letter?.subject ?? '', /^SIP federation with unreachable\.example: connection to your edge \(sip\./);
  assert.match(letter?.text ?? '', /^Hello,\n[^]*\n {2}Last seen {5}2026-[^]*\n {2}nc -vz [0-9.]+ 5061\n/);
  assert.ok(letter !== null);
  assertSendable(letter, ['here-1', '127.0.0.1']);
  assert.match((await letterOf('refused.example'))?.text ?? '', /Answer {8}403 "Forbidden"\n/);
  assert.equal(await letterOf('a.example'), null);
  assert.equal((await server.inject('/api/v1/partners?state=evil')).statusCode, 400);
  assert.equal((await server.inject('/api/v1/partners/stranger.example')).statusCode, 404);
  assert.deepEqual((await server.inject('/api/v1/events')).json(), {
    schema: 'fedmon.events/1',
    at: '2026-11-23T12:01:00.000Z',
    events: [
      {
        domain: 'unreachable.example',
        at: made.at,
        slot: made.at,
        what: 'state',
        from: 'healthy',
        to: 'unreachable',
        cause: null,
      },
    ],
  });
});

test(
  'a real port: it answers, a second server is told which address and key, stop ends open connections',
  { timeout: 20_000 },
  async () => {
    const listen = { host: '127.0.0.1', port: 0 };
    const first = await startHttp({ ...options(), listen }, quiet);
    const port = Number(new URL(first.url).port);
    const answer = await fetch(`${first.url}/-/ready`);
    assert.deepEqual([answer.status, await answer.text()], [200, 'ok\n']);

    await assert.rejects(startHttp({ ...options(), listen: { host: '127.0.0.1', port } }, quiet), (error: unknown) => {
      assert.ok(error instanceof ListenFailed);
      const wanted = `Cannot listen on 127.0.0.1:${String(port)}: another program listens there already. Change listen.exporter in the config.`;
      assert.equal(error.message, wanted);
      return true;
    });

    // A client that opened a connection, asked half a question and waits.
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    await first.stop();
    await closed;
    await assert.rejects(fetch(`${first.url}/-/ready`));
  },
);

test('stop does not wait for a handler that never answers', { timeout: 20_000 }, async () => {
  const started = Promise.withResolvers<undefined>();
  const metrics = (): Promise<string> => {
    started.resolve(undefined);
    return new Promise(() => undefined);
  };
  const server = await startHttp({ ...options(undefined, { metrics }), listen: { host: '127.0.0.1', port: 0 } }, quiet);
  const asked = fetch(`${server.url}/metrics`);
  await started.promise;
  await Promise.all([server.stop(), assert.rejects(asked)]);
});

test('the ledger: what was sent and each request once, as JSON and as a page', async () => {
  const server = app();
  const domain = made.fleet().partners[0]!.published.partner.domain;
  const got = await server.inject(`/api/v1/ledger/${domain.toUpperCase()}`);
  assert.equal(got.statusCode, 200);
  const answer = got.json<{ sent: { what: string }[]; requests: { text: string }[] }>();
  assert.deepEqual(
    answer.sent.map(({ what }) => what),
    ['tcp_connect', 'tls_handshake', 'sip_options'],
  );
  assert.deepEqual(answer.sent[2], {
    ...{ at: '2026-03-01T12:00:00.000Z', vantage: 'here-1', edge: 'sip.two.example:5061', address: '192.0.2.1' },
    ...{ transport: 'tls', what: 'sip_options', outcome: '403', identity: null, octets: 412, times: 1 },
    text: requestAsSent(sampleRequest(sentTo, sender), random),
  });
  assert.equal(answer.requests.length, 1);
  assert.match(answer.requests[0]!.text, /^OPTIONS sip:sip\.two\.example SIP\/2\.0\r\n/);
  const page = await server.inject(`/ledger/${domain}`);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /TCP; TLS with certificate default; OPTIONS, 412 octets/);
  assert.match(page.body, /answered 403/);
  assert.match(page.body, /User-Agent: fedmon\/0 \(\+https:\/\/mon\.example\)/);
});

test('the ledger of nobody is 404, and without a store 503', async () => {
  const none = await app().inject('/api/v1/ledger/nobody.example');
  assert.equal(none.statusCode, 404);
  assert.match(String(none.headers['content-type']), /^application\/problem\+json/);
  assert.equal((await app().inject('/ledger/nobody.example')).statusCode, 404);
  const down = app({ nowMs: made.nowMs, storeUp: false, partners: [], events: [] });
  assert.equal((await down.inject('/api/v1/ledger/two.example')).statusCode, 503);
  assert.equal((await down.inject('/ledger/two.example')).statusCode, 503);
});
