import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CertificateFacts } from '../../../src/federation/certificate.ts';
import * as calendar from '../../../src/probe/tls/calendar.ts';
import { latestLimit, lifetimeChange } from '../../../src/probe/tls/calendar.ts';
import type { TlsFacts } from '../../../src/probe/tls/facts.ts';
import { tls } from '../../../src/probe/tls/index.ts';
import { good } from '../scenario.ts';

const limitOn = (day: string): number | null => latestLimit(Date.parse(day))?.days ?? null;

test('how long a public certificate may be valid depends on the day it was issued', () => {
  const days = ['2018-02-28', '2018-03-01', '2020-08-31', '2020-09-01', '2026-03-14', '2026-03-15', '2027-03-15'];
  assert.deepEqual(days.map(limitOn), [null, 825, 825, 398, 398, 200, 100]);
  assert.deepEqual(['2029-03-14', '2029-03-15', '2040-01-01'].map(limitOn), [100, 47, 47]);
});

test('the limit to the second: both ends of the validity count', () => {
  const root = { subject: 'CN=Root', fingerprint256: 'AB', fingerprint1: '01' };
  const codesUntil = (notAfter: string): readonly string[] => {
    const chain = [{ ...good, notBefore: '2026-03-15T00:00:00.000Z', notAfter }];
    const step = { name: 'tls_handshake', target: 'x', startedMs: 0, tookMs: 1, failure: null } as const;
    const facts = {
      serverName: 'sip.a.example',
      protocol: 'TLSv1.3',
      cipher: null,
      chain,
      verification: 'ok',
      rooted: true,
      offeredCertificate: false,
      roots: { mozilla: root },
    };
    return tls
      .judge({ kind: 'tls', at: '2026-04-01T00:00:00.000Z', steps: [step], facts }, 'x')
      .map(({ code }) => code);
  };
  // 200 days of 86,400 seconds end on 2026-09-30T23:59:59.
  assert.deepEqual(codesUntil('2026-09-30T23:59:59.000Z'), []);
  assert.deepEqual(codesUntil('2026-10-01T00:00:00.000Z'), ['tls_lifetime_too_long']);
});

const dayMs = 86_400_000;
const instant = (ms: number): string => new Date(ms).toISOString();
const letsEncrypt = "C=US, O=Let's Encrypt, CN=E7";

/** What is said of a certificate on a day, by the codes of the findings. */
function saidOn(day: number, leaf: Partial<CertificateFacts>, over: Partial<TlsFacts>): ReadonlyMap<string, string> {
  const step = { name: 'tls_handshake', target: 'x', startedMs: 0, tookMs: 1, failure: null } as const;
  const facts: TlsFacts = {
    serverName: 'sip.a.example',
    protocol: 'TLSv1.3',
    cipher: null,
    chain: [{ ...good, ...leaf }],
    verification: 'ok',
    rooted: true,
    offeredCertificate: false,
    ...over,
  };
  const found = tls.judge({ kind: 'tls', at: instant(day), steps: [step], facts }, 'x');
  return new Map(found.map(({ code, summary }) => [code, summary]));
}

/** Valid for so many days from a day on, and looked at when a tenth, or a fifth, of that is left. */
function aging(date: string, days: number, left: number): readonly [number, Partial<CertificateFacts>] {
  const from = Date.parse(date);
  const leaf = { issuer: letsEncrypt, notBefore: instant(from), notAfter: instant(from + days * dayMs - 1000) };
  return [from + days * dayMs * (1 - left), leaf];
}

const root = (name: string) => ({
  subject: `C=US, O=DigiCert Inc, CN=${name}`,
  fingerprint256: 'AB',
  fingerprint1: '01',
});
const valid = (day: number) => ({ notBefore: instant(day - 20 * dayMs), notAfter: instant(day + 19 * dayMs) });
const staple = {
  response: 'successful', status: 'good', serials: [], producedAt: null, thisUpdate: null, revokedAt: null,
  responder: null, signature: 'good',
} as const; // prettier-ignore

/** How each list of the calendar comes to be told: the finding, and what it says for the entry with this index. */
const told = {
  clientAuthEnds: (at) => {
    const day = Date.parse(calendar.clientAuthEnds[at]!.date);
    const leaf = { ...valid(day), extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] };
    return ['tls_no_client_auth', saidOn(day, leaf, { sought: 'host' })];
  },
  lifetimeLimits: (at) => {
    const { date, days } = calendar.lifetimeLimits[at]!;
    const [day, leaf] = aging(date, days + 1, 0.5);
    return ['tls_lifetime_too_long', saidOn(day, leaf, { roots: { mozilla: root('X') } })];
  },
  letsEncryptLifetimes: (at) => {
    const { date, days } = calendar.letsEncryptLifetimes[at]!;
    return ['tls_certificate_expiring', saidOn(...aging(date, days, 0.1), {})];
  },
  ocspEnds: (at) => {
    const day = Date.parse(calendar.ocspEnds[at]!.date);
    const over = { staple: { ...staple, nextUpdate: instant(day) } };
    return ['tls_staple_outdated', saidOn(day + dayMs, { ...valid(day), issuer: letsEncrypt }, over)];
  },
  hashSunsets: (at) => {
    const { date, hash } = calendar.hashSunsets[at]!;
    const details = { ...good.details!, signature: { algorithm: `${hash}WithRSAEncryption`, hash } };
    return ['tls_weak_signature', saidOn(Date.parse(date), { ...valid(Date.parse(date)), details }, {})];
  },
  droppedRoots: (at) => {
    const { date, roots: [name = ''] } = calendar.droppedRoots[at]!; // prettier-ignore
    const roots = { system: root(name), mozilla: null };
    return ['tls_stores_disagree', saidOn(Date.parse(date), valid(Date.parse(date)), { roots })];
  },
  microsoftRootMoves: (at) => {
    const day = Date.parse(calendar.microsoftRootMoves[at]!.date);
    const serverName = 'sip.pstnhub.microsoft.com';
    const leaf = { ...valid(day), names: { dns: [serverName], uri: [], ip: [] } };
    return ['tls_root_unlisted', saidOn(day, leaf, { serverName, sought: 'trunk', roots: { mozilla: root('X') } })];
  },
} satisfies Partial<Record<keyof typeof calendar, (at: number) => readonly [string, ReadonlyMap<string, string>]>>;

describe('every entry of the calendar is told by a finding', () => {
  const lists = Object.entries(calendar).filter(([, value]) => Array.isArray(value));
  test('every list is here', () =>
    assert.deepEqual(lists.map(([name]) => name).toSorted(), Object.keys(told).toSorted()));
  for (const [name, how] of Object.entries(told)) {
    for (const [at, entry] of calendar[name as keyof typeof told].entries()) {
      test(`${name}: ${entry.date}`, () => {
        const [code, said] = how(at);
        assert.ok(said.get(code)?.includes(entry.date), `${code} of ${[...said.values()].join(' ')}`);
      });
    }
  }

  test('in order, each day a day', () => {
    for (const name of Object.keys(told) as (keyof typeof told)[]) {
      const days = calendar[name].map(({ date }) => Date.parse(date));
      assert.deepEqual(
        days,
        days.toSorted((a, b) => a - b),
        name,
      );
      assert.ok(
        days.every((day) => day > 0),
        name,
      );
    }
  });
});

test('what is not about a certificate is not told', () => {
  const day = Date.parse('2026-11-26');
  const at = (leaf: Partial<CertificateFacts>, over: Partial<TlsFacts> = {}) =>
    [...saidOn(day, { ...valid(day), ...leaf }, over).values()].join(' ');
  assert.doesNotMatch(at({ notAfter: instant(day + dayMs) }), /Encrypt/);
  const outdated = { staple: { ...staple, nextUpdate: '2025-08-05T00:00:00.000Z' } };
  assert.match(at({ issuer: letsEncrypt }, outdated), /renewed by 2025-08-05T00:00:00.000Z\.$/);
  assert.match(at({}, { roots: { system: root('Another Root'), mozilla: null } }), /not by Mozilla's\.$/);
  assert.match(
    at({}, { roots: { mozilla: root('DigiCert Global Root CA'), system: null } }),
    /not by this system's store\.$/,
  );
});

test('a certificate of Let’s Encrypt: what made it as short as it is, else what comes next', () => {
  const of = (date: string, days: number): string | null => {
    const from = Date.parse(date);
    const change = lifetimeChange(calendar.letsEncryptLifetimes, from, from + days * dayMs - 1000);
    return change === null ? null : `${change.date} ${String(change.days)}`;
  };
  assert.equal(of('2026-01-01', 90), '2026-05-13 45');
  assert.equal(of('2026-06-01', 90), '2027-02-10 64', 'the profile tlsserver was not chosen');
  assert.equal(of('2026-06-01', 45), '2026-05-13 45');
  assert.equal(of('2026-06-01', 46), '2027-02-10 64');
  assert.equal(of('2027-03-01', 64), '2027-02-10 64');
  assert.equal(of('2028-03-01', 45), '2028-02-16 45');
  assert.equal(of('2028-03-01', 90), null);
});
