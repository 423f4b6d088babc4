import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainView, shareOver } from '../../src/http/page-chain.ts';
import * as made from '../metrics/made-up.ts';

const nowMs = Date.UTC(2026, 2, 1);
const at = (days: number): string => new Date(nowMs + days * 86_400_000).toISOString();
const lasting = (from: number, until: number, name = 'sip.a.example') =>
  made.certificate(name, { notBefore: at(from), notAfter: at(until) });
const view = (...chain: ReturnType<typeof lasting>[]): string =>
  chainView(chain, nowMs).toString().replace(/\s+/g, ' ');

test('each certificate of the chain, the partner’s own first, with what is left of its life', () => {
  const page = view(lasting(-30, 60), lasting(-1_000, 1_000, 'Issuing CA'));
  assert.ok(page.indexOf('CN=sip.a.example') < page.indexOf('CN=Issuing CA'));
  assert.match(page, /60 days left, until 2026-04-30, issued by C=US, O=DigiCert Inc/);
  assert.match(page, /<title>2026-01-30 to 2026-04-30, 33 % over<\/title>/);
  assert.match(page, /<rect x="33" width="67" height="4" \/>/);
  assert.equal((page.match(/<svg class="life well"/g) ?? []).length, 2);
});

test('the colour is that of what is left: a quarter, an eighth, nothing', () => {
  const colours = [lasting(-75, 25), lasting(-76, 24), lasting(-87.5, 12.5), lasting(-88, 12), lasting(-90, -1)].map(
    (each) => /class="life (\w+)"/.exec(view(each))?.[1],
  );
  assert.deepEqual(colours, ['well', 'late', 'late', 'bad', 'bad']);
  assert.match(view(lasting(-90, -1)), /expired 0 days ago.*<rect width="100" height="4" \/>/);
  assert.match(view(lasting(1, 90)), /not valid yet.*<rect x="0" width="100" height="4" \/>/);
});

test('dates that say nothing draw no bar, and a name is no markup', () => {
  assert.equal(shareOver(lasting(5, 5), nowMs), null);
  assert.equal(shareOver({ ...lasting(1, 2), notAfter: 'never' }, nowMs), null);
  const page = view({ ...lasting(1, 2), notAfter: 'never', subject: '<b>CN' });
  assert.doesNotMatch(page, /<svg|<b>/);
  assert.match(page, /&lt;b&gt;CN/);
});
