import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latestLimit } from '../../../src/probe/tls/calendar.ts';
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
