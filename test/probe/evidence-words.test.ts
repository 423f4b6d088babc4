import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidByResolvers, saidBySip, saidByTls } from '../../src/probe/evidence-words.ts';

const route = { pinned: false, asked: [], provider: null, targets: [], reply: null, words: [] };
const reply = {
  server: '192.0.2.53:53',
  rcode: 'NXDOMAIN',
  authoritative: true,
  dnssec: 'secure',
  zone: { name: 'contoso.com', negativeTtl: 300 },
  isAlias: false,
  aliasLoop: false,
} as const;
const word = { server: '192.0.2.54:53', says: 'records', targets: ['a.example:5061'] } as const;

test('the resolvers: code, who said it, DNSSEC, how long a no may be kept, and the second opinion', () => {
  assert.deepEqual(saidByResolvers(route), []);
  assert.deepEqual(saidByResolvers({ ...route, reply }), [
    ['DNS answer', 'NXDOMAIN from 192.0.2.53:53, authoritative'],
    ['DNSSEC', 'verified by the resolver'],
    ['No such record', 'says the zone contoso.com; may be kept for 300 s'],
  ]);
  assert.deepEqual(saidByResolvers({ ...route, words: [word, word] }), [
    ['Second resolver', '192.0.2.54:53 says the same'],
  ]);
  assert.deepEqual(saidByResolvers({ ...route, words: [word, { ...word, says: 'none', targets: [] }] }), [
    ['Second resolver', '192.0.2.54:53 says otherwise: no record'],
  ]);
});

test('TLS: key exchange, names by both rules, stores, staple, whose certificates it wants, versions', () => {
  const bare = { protocol: null, cipher: null, chain: [], verification: null, offeredCertificate: false };
  assert.deepEqual(saidByTls(bare), []);
  const staple = {
    response: 'successful', status: 'good', serials: [], producedAt: null, thisUpdate: null,
    nextUpdate: '2026-12-01T10:20:30.000Z', revokedAt: null, responder: null, signature: 'wrong',
  } as const; // prettier-ignore
  const flight = {
    authorities: ['CN=A', 'CN=B', 'CN=C', 'CN=D'],
    authoritiesTotal: 9,
    presented: [],
    presentedTotal: 0,
    recordedAt: '2026-01-01T00:00:00.000Z',
    why: 'daily',
  } as const;
  const root = { subject: 'CN=R', fingerprint256: '', fingerprint1: '' };
  const said = saidByTls({
    ...bare,
    keyExchange: 'X25519',
    nameMatch: { microsoft: true, rfc5922: false },
    roots: { system: root, mozilla: null },
    staple,
    certificateRequested: true,
    flight,
    versions: [{ version: 'TLSv1.2', taken: true, answer: '' }],
  });
  assert.deepEqual(said, [
    ['Key exchange', 'X25519'],
    ['Names the host', 'as Microsoft edges match names; not by RFC 5922'],
    ['Trusted by', 'system: yes, mozilla: no'],
    ['OCSP staple', 'good, until 2026-12-01 10:20 UTC, its signature is wrong'],
    ['Our certificate', 'asked for, of CN=A, CN=B, CN=C and 6 more (as of 2026-01-01 00:00 UTC); none was shown'],
    ['Versions', 'TLSv1.2 taken'],
  ]);
});

test('SIP: what came with the answer, diagnostics by number without the server that wrote them', () => {
  const bare = {
    requestUri: 'sip:a.example', status: 504, reason: null, provisional: 0, server: null, retryAfterSeconds: null,
    warning: null, allow: null, diagnostics: ['1010;source="inside.contoso.com"'],
  }; // prettier-ignore
  assert.deepEqual(saidBySip({ ...bare, diagnostics: [] }), []);
  const said = saidBySip({
    ...bare,
    server: 'RTC/6.0',
    edgeKind: 'microsoft',
    product: 'Skype for Business 2015',
    allow: 'OPTIONS',
    seenAs: { address: '192.0.2.9', port: 40_000 },
    date: { says: '2026-12-01T10:20:30.000Z', heardAt: '2026-12-01T10:20:31.000Z' },
    decoded: [{ id: 1010, reason: 'Certificate trust', parameters: [] }],
  });
  assert.deepEqual(said, [
    ['Server', 'RTC/6.0 (Skype for Business 2015)'],
    ['Allow', 'OPTIONS'],
    ['Their clock', '2026-12-01 10:20 UTC'],
    ['They see us as', '192.0.2.9, port 40000'],
    ['Diagnostic', '1010 Certificate trust'],
  ]);
});
