import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowance, mostAddresses } from '../../src/http/allowance.ts';
import { mostReads } from '../../src/http/readers.ts';
import { buildHttp } from '../../src/http/server.ts';
import { gateOf, mostWrongTokens } from '../../src/http/token.ts';
import type { Log } from '../../src/log/log.ts';
import * as made from '../metrics/made-up.ts';
import { serving, viewsOf } from './stub.ts';

const token = 'a-token-of-20-letters';
const domain = 'refused.example';
const guesser = '192.0.2.7';

/** The server of a fleet with a token; what it warned of, and how many examinations were ordered. */
function server() {
  const warned: string[] = [];
  const ordered: string[] = [];
  const nothing = (): void => undefined;
  const warn = (fields: object, message: string): void => void warned.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: nothing, info: nothing, warn, error: nothing };
  const examine = (each: string) => {
    ordered.push(each);
    return Promise.resolve({ is: 'queued' as const, slotMs: 5, vantages: ['here-1'] });
  };
  const reload = () => Promise.resolve({ ok: true as const, diff: {} });
  const app = buildHttp(serving(viewsOf(made.fleet()), { orders: { token, examine, reload } }), log);
  const order = (given: string, remoteAddress = guesser) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/partners/${domain}/examine`,
      headers: { authorization: `Bearer ${given}` },
      remoteAddress,
    });
  return { app, warned, ordered, order };
}

test('ten wrong tokens of an address are compared in a minute; after them not even the right one is, from there only', async () => {
  const { app, warned, ordered, order } = server();
  for (let count = 0; count < mostWrongTokens; count += 1)
    assert.equal((await order(`wrong-${String(count)}`)).statusCode, 403);
  for (const given of ['wrong', token]) {
    const { statusCode, headers, body } = await order(given);
    assert.equal(statusCode, 429);
    const seconds = Number(headers['retry-after']);
    assert.ok(seconds > 50 && seconds <= 60, String(seconds));
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.deepEqual((JSON.parse(body) as { title: string }).title, 'Too often');
  }
  const reload = { method: 'POST', url: '/-/reload', remoteAddress: guesser } as const;
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await app.inject({ ...reload, headers })).statusCode, 429, 'one gate for all that a token allows');
  assert.equal((await app.inject(reload)).statusCode, 401, 'who shows none guesses nothing');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = `/partners/${domain}/examine`;
  const sent = await app.inject({
    method: 'POST',
    url,
    headers: form,
    payload: `token=${token}`,
    remoteAddress: guesser,
  });
  assert.equal(sent.statusCode, 303);
  assert.match(sent.headers.location ?? '', /\?order=wrong_tokens&at=(5\d|60)$/);
  const page = await app.inject({ url: `/partners/${domain}?order=wrong_tokens&at=42`, remoteAddress: guesser });
  assert.match(page.body, /too many wrong tokens came from this address; try again in 42 s\./);
  assert.deepEqual(ordered, []);
  assert.deepEqual(warned, [`too many wrong tokens {"address":"${guesser}"}`], 'said once');
  assert.equal((await order(token, '192.0.2.8')).statusCode, 202);
});

test('when the minute is over the gate opens; right tokens cost nothing', () => {
  let nowMs = 0;
  const gate = gateOf(
    token,
    () => undefined,
    () => nowMs,
  );
  for (let count = 0; count < 2 * mostWrongTokens; count += 1) assert.deepEqual(gate(guesser, token), { is: 'right' });
  for (let count = 0; count < mostWrongTokens; count += 1) assert.deepEqual(gate(guesser, 'x'), { is: 'wrong' });
  nowMs = 59_999;
  assert.deepEqual(gate(guesser, token), { is: 'waits', afterMs: 1 });
  nowMs = 60_000;
  assert.deepEqual(gate(guesser, token), { is: 'right' });
});

test('five hundred reads of an address in ten seconds, then 429; monitoring is always answered, others too', async () => {
  const { app } = server();
  const read = async (url: string, remoteAddress = guesser) => app.inject({ url, remoteAddress });
  for (let count = 0; count < mostReads; count += 1) assert.equal((await read('/api/v1/openapi.json')).statusCode, 200);
  for (const url of ['/', `/partners/${domain}`, '/api/v1/partners', '/api/v1/events', '/config', '/nothing']) {
    const { statusCode, headers } = await read(url);
    assert.equal(statusCode, 429, url);
    assert.match(headers['retry-after'] ?? '', /^(10|[1-9])$/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }
  for (const url of ['/metrics', '/-/healthy', '/-/ready', '/sd', `/probe?target=${domain}`, '/page.css', '/page.js'])
    assert.equal((await read(url)).statusCode, 200, url);
  assert.equal((await read('/', '192.0.2.8')).statusCode, 200);
});

test('of addresses no more are remembered than said, the oldest is forgotten first; a network of IPv6 is one', () => {
  let nowMs = 0;
  const once = allowance(1, 1_000, () => nowMs);
  const address = (at: number): string => `10.0.${String(at >> 8)}.${String(at & 255)}`;
  for (let at = 0; at < mostAddresses; at += 1) once.spend(address(at));
  assert.equal(once.waitMs(address(0)), 1_000);
  once.spend(address(mostAddresses));
  assert.deepEqual(
    [0, 1, mostAddresses].map((at) => once.waitMs(address(at))),
    [0, 1_000, 1_000],
  );
  nowMs = 1_000;
  assert.equal(once.waitMs(address(1)), 0);
  once.spend('2001:db8:1:2::1');
  const wait = ['2001:db8:1:2:ffff::9', '2001:db8:1:3::1', '::ffff:10.0.0.9', '10.0.0.9'].map((each) =>
    once.waitMs(each),
  );
  assert.deepEqual(wait, [1_000, 0, 0, 0]);
  once.spend('::ffff:192.0.2.9');
  assert.equal(once.waitMs('192.0.2.9'), 1_000, 'IPv4 on a socket of both families');
});
