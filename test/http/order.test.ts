import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultCadence } from '../../src/federation/cadence.ts';
import { detailOf } from '../../src/http/detail.ts';
import { orderNote } from '../../src/http/page-order.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import type { Demanded } from '../../src/http/route-examine.ts';
import { buildHttp } from '../../src/http/server.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';

const token = 'a-token-of-thirty-two-characters';
const domain = 'refused.example';
const path = `/partners/${domain}/examine`;

/** The server of a fleet, with orders that end like this; `asked` are the domains that got through. */
function server(outcome: Demanded | null) {
  const asked: string[] = [];
  const snapshot = made.fleet();
  const examine = (each: string): Promise<Demanded> => {
    asked.push(each);
    return Promise.resolve(outcome ?? { is: 'away' });
  };
  const app = buildHttp(
    {
      metrics: () => Promise.resolve(''),
      healthy: () => true,
      ready: () => Promise.resolve(true),
      views: {
        vantage: 'here-1',
        writer,
        snapshot: () => Promise.resolve(snapshot),
        config: () => '',
        events: () => Promise.resolve([]),
        ledger: () => Promise.resolve(null),
      },
      ...(outcome === null
        ? {}
        : { orders: { token, examine, reload: () => Promise.resolve({ ok: true as const, diff: {} }) } }),
    },
    quiet,
  );
  const post = async (body: string, type = 'application/x-www-form-urlencoded', to = path) => {
    const {
      statusCode,
      headers,
      body: said,
    } = await app.inject({
      method: 'POST',
      url: to,
      headers: { 'content-type': type },
      payload: body,
    });
    assert.equal(JSON.stringify(headers).includes(token) || said.includes(token), false, 'the token is nowhere');
    return { statusCode, to: headers.location ?? null };
  };
  return { app, asked, post };
}

const textOf = (page: string): string => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('the form orders an examination with the token in its body, and leads back to what became of it', async () => {
  const { app, asked, post } = server({ is: 'queued', slotMs: made.examinedMs + 5, vantages: ['here-1'] });
  const page = (await app.inject(`/partners/${domain}`)).body;
  assert.match(page, /<form method="post" action="refused\.example\/examine">/);
  assert.match(page, /<a href="\?refresh=off#examine">Examine now<\/a>/);
  const { statusCode, to } = await post(`username=fedmon&token=${token}`);
  assert.deepEqual([statusCode, to], [303, `../${domain}?order=queued&at=${String(made.examinedMs + 5)}`]);
  assert.deepEqual(asked, [domain]);
  const there = new URL(to ?? '', `http://x${path}`);
  assert.equal(there.pathname, `/partners/${domain}`);
  const after = textOf((await app.inject(there.pathname + there.search)).body);
  assert.match(after, /Asked for at 2026-11-23 12:00:00 UTC: it is at the front of the queue/);
});

test('without the token nothing happens, whatever else is sent', async () => {
  const { app, asked, post } = server({ is: 'queued', slotMs: 5, vantages: ['here-1'] });
  const wrong = `../${domain}?order=wrong_token`;
  for (const body of ['', 'token=', `token=${token}x`, `other=${token}`]) {
    assert.deepEqual(await post(body), { statusCode: 303, to: wrong }, body);
  }
  assert.deepEqual(await post('token=x', undefined, `${path}?token=${token}`), { statusCode: 303, to: wrong });
  assert.equal((await post(`{"token":"${token}"}`, 'application/json')).statusCode, 415);
  assert.equal((await post(`token=${token}`, 'text/plain')).statusCode, 415);
  assert.equal((await post('x'.repeat(2_048))).statusCode, 303);
  assert.equal((await post('x'.repeat(2_049))).statusCode, 413);
  assert.equal((await app.inject(path)).statusCode, 405);
  assert.deepEqual(asked, []);
  assert.match(textOf((await app.inject(`/partners/${domain}?order=wrong_token`)).body), /this is not the token/);
});

test('each way that an order can end is said, and a partner of nobody is 404', async () => {
  for (const [outcome, query] of [
    [{ is: 'too_soon', afterMs: 41_200 }, 'order=too_soon&at=42'],
    [{ is: 'too_many', afterMs: 1_000 }, 'order=too_many&at=1'],
    [{ is: 'stopped' }, 'order=stopped'],
    [{ is: 'away' }, 'order=away'],
  ] as const) {
    const { app, post } = server(outcome);
    assert.deepEqual(await post(`token=${token}`), { statusCode: 303, to: `../${domain}?${query}` });
    assert.match((await app.inject(`/partners/${domain}?${query}`)).body, /<p class="note" role="status">/);
  }
  assert.equal((await server({ is: 'unknown' }).post(`token=${token}`)).statusCode, 404);
  assert.match(
    textOf((await server({ is: 'away' }).app.inject(`/partners/${domain}?order=too_soon&at=42`)).body),
    /try again in 42 s/,
  );
});

test('where no token is configured there is no form, and the address takes nothing', async () => {
  const { app } = server(null);
  const page = (await app.inject(`/partners/${domain}`)).body;
  assert.doesNotMatch(page, /Examine now|type="password"/);
  assert.equal((await app.inject({ method: 'POST', url: path })).statusCode, 405);
});

test('of an address that was made up only known words are said', () => {
  assert.equal(orderNote({ order: 'pay', at: '5' }), null);
  assert.deepEqual(orderNote({ order: 'queued', at: '<b>' }), { is: 'queued', number: null });
  assert.deepEqual(orderNote({ order: ['queued'] }), null);
});

test('the page of what was asked for says when it is done, and how often is examined now', () => {
  const everyMs = 300_000;
  const slow = made.partner(domain, { everyMs, cadence: { ...defaultCadence, slowAfterMs: 60_000, slowFactor: 4 } });
  const snapshot = made.fleet();
  const partners = snapshot.partners.map((each) =>
    each.published.partner.domain === domain ? { ...each, published: { ...each.published, partner: slow } } : each,
  );
  const later = { ...snapshot, partners, nowMs: made.examinedMs + 120_000 };
  const detail = detailOf(later, domain, { vantage: 'here-1', writer });
  assert.ok(detail !== null);
  const slotMs = detail.partner.published.standing?.slotMs ?? 0;
  const text = (number: number): string =>
    textOf(partnerPage(later, detail, { ...plainly, order: { is: 'queued', number } }));
  assert.match(text(slotMs), /Examined, as asked for at .*: what it found is below/);
  assert.match(text(slotMs + 1), /it is at the front of the queue/);
  assert.match(text(slotMs), /Examined every 20 min now, since it is broken for long; 5 min once it answers/);
});
