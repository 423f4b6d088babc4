import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxChain } from '../../../src/federation/certificate.ts';
import type { PresentedCertificate } from '../../../src/federation/handshake.ts';
import type { TlsFacts } from '../../../src/probe/tls/facts.ts';
import { endsEarly, otherPath } from '../../../src/probe/tls/sent-path.ts';
import * as made from '../../metrics/made-up.ts';

// What real servers show is in test/peers/tls-path.test.ts; here is what must not be compared, and more of the same.

const certificate = (at: string) =>
  made.certificate('sip.a.example', { fingerprint256: at, subject: `CN=${at}`, issuer: 'CN=Above' });
const places: Readonly<Record<string, PresentedCertificate['place']>> = { R: 'root', x: 'stray', y: 'stray' };
/** `R` is a root, `x` and `y` belong to no path. */
const sent = (word: string): readonly PresentedCertificate[] =>
  word.split('').map((at, index) => ({
    subject: `CN=${at}`,
    fingerprint256: at,
    place: index === 0 ? 'leaf' : (places[at] ?? 'path'),
  }));

/** The chain and what was sent, a letter for each certificate. */
function facts(
  chain: string,
  came: string,
  over: Partial<TlsFacts> = {},
  flight: Partial<TlsFacts['flight']> = {},
): TlsFacts {
  return {
    serverName: 'sip.a.example',
    protocol: 'TLSv1.3',
    cipher: null,
    chain: chain.split('').map(certificate),
    verification: 'ok',
    rooted: true,
    offeredCertificate: false,
    flight: {
      authorities: [],
      authoritiesTotal: 0,
      presented: sent(came),
      presentedTotal: came.length,
      recordedAt: '2026-06-01T00:00:00.000Z',
      why: 'daily',
      ...flight,
    },
    ...over,
  };
}

test('the same certificates in the same order are no difference, whatever roots come with them', () => {
  for (const came of ['abc', 'abcR', 'aRbc']) assert.equal(otherPath(facts('abc', came)), null);
  assert.equal(otherPath(facts('abcR', 'abcR')), null);
});

test('strays, repetitions and another order are', () => {
  const unordered = { leadsTo: null, shuffled: false };
  assert.deepEqual(otherPath(facts('ab', 'axbyR')), { sent: 4, aside: ['CN=x', 'CN=y'], ...unordered });
  assert.deepEqual(otherPath(facts('ab', 'abba')), { sent: 4, aside: ['CN=b', 'CN=a'], ...unordered });
  assert.deepEqual(otherPath(facts('abc', 'acxb')), { sent: 4, aside: ['CN=x'], leadsTo: null, shuffled: true });
});

test('a certificate of the path that the chain lacks was sent before what it signed; of two with one name one is left aside', () => {
  assert.deepEqual(otherPath(facts('ac', 'abc')), { sent: 3, aside: [], leadsTo: null, shuffled: true });
  assert.equal(endsEarly(facts('ac', 'abc')), true);
  const twins = sent('abc').map((each, at) => (at === 0 ? each : { ...each, subject: 'CN=Twin' }));
  const two = facts('ac', 'abc', {}, { presented: twins });
  assert.deepEqual(otherPath(two), { sent: 3, aside: ['CN=Twin'], leadsTo: null, shuffled: false });
  assert.equal(endsEarly(two), false);
});

test('what is not whole is not compared', () => {
  const differs = ['ab', 'axb'] as const;
  assert.notEqual(otherPath(facts(...differs)), null);
  assert.equal(otherPath(facts(...differs, { flight: null })), null);
  assert.equal(otherPath(facts(...differs, { chain: [] })), null);
  assert.equal(otherPath(facts(...differs, { chainDropped: 1 })), null);
  assert.equal(otherPath(facts(...differs, {}, { presentedTotal: 4 })), null);
  assert.equal(otherPath(facts(...differs, {}, { unread: { presented: 'cut' } })), null);
  assert.notEqual(otherPath(facts(...differs, {}, { unread: { authorities: 'cut' } })), null);
  const long = 'abcdefghij';
  assert.equal(long.length, maxChain);
  assert.equal(otherPath(facts(long, `${long}k`)), null);
});

test('a chain that leads past a root of ours, and only when verification passed over that', () => {
  const root = { subject: 'CN=Above', fingerprint256: 'ROOT', fingerprint1: 'ROOT' };
  const leads = { rooted: false, roots: { system: null, mozilla: root } };
  const past = otherPath(facts('abc', 'abc', leads));
  assert.deepEqual(past, { sent: 3, aside: ['CN=b', 'CN=c'], leadsTo: 'CN=Above', shuffled: false });
  assert.equal(otherPath(facts('abc', 'abc', { ...leads, verification: 'CERT_HAS_EXPIRED' })), null);
  assert.equal(otherPath(facts('abc', 'abc', { ...leads, rooted: true })), null);
  assert.equal(otherPath(facts('abc', 'abc', { ...leads, roots: { file: null, mozilla: root } })), null);
});
