import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clockDifference,
  clockDoubt,
  clockToleranceMs,
  doubtInWords,
  span,
  type MetCertificate,
  type ToldTime,
} from '../../src/federation/clock-doubt.ts';

const at = '2026-11-26T12:00:00.000Z';
const years = { past: '2025-01-01T00:00:00.000Z', soon: '2027-01-01T00:00:00.000Z', later: '2028-01-01T00:00:00.000Z' };
let count = 0;
const met = (notBefore: string, notAfter: string): MetCertificate => {
  count += 1;
  return { fingerprint256: String(count), notBefore, notAfter, at };
};
const valid = () => met(years.past, years.soon);
const expired = () => met('2024-01-01T00:00:00.000Z', years.past);
const early = () => met(years.soon, years.later);
const byCertificates = (...certificates: readonly MetCertificate[]) => clockDoubt({ certificates, times: [] });

const minute = 60_000;
/** What a server of a host of its own says: so many minutes after our clock. */
const tells = (minutes: number): ToldTime => {
  count += 1;
  return { host: `sip${String(count)}.example`, says: new Date(Date.parse(at) + minutes * minute).toISOString(), at };
};
const byTimes = (...times: readonly ToldTime[]) => clockDoubt({ certificates: [], times });

test('many expired at once: our clock is ahead; many not valid yet: it is behind', () => {
  const doubt = { by: 'certificates', wrong: 3, offMs: null };
  assert.deepEqual(byCertificates(expired(), expired(), expired()), { ...doubt, clock: 'ahead', of: 3 });
  assert.deepEqual(byCertificates(early(), valid(), early(), valid(), early()), { ...doubt, clock: 'behind', of: 5 });
});

test('two are chance, fewer than half are their owners’ fault, and one certificate counts once', () => {
  assert.equal(byCertificates(), null);
  assert.equal(byCertificates(expired(), expired()), null);
  assert.equal(byCertificates(expired(), expired(), expired(), valid(), valid(), valid(), valid()), null);
  const same = expired();
  assert.equal(byCertificates(same, same, same, same), null);
});

test('wrong on both sides is no wrong clock', () => {
  assert.equal(byCertificates(expired(), expired(), early(), early()), null);
  assert.equal(byTimes(tells(9), tells(9), tells(-9), tells(-9)), null);
});

test('many servers tell another time: which way our clock is off, and by how much', () => {
  assert.deepEqual(byTimes(tells(12), tells(14), tells(0), tells(13), tells(-9)), {
    clock: 'behind', by: 'times', wrong: 3, of: 5, offMs: 13 * minute,
  }); // prettier-ignore
  assert.deepEqual(byTimes(tells(-61), tells(-60), tells(-59)), {
    clock: 'ahead', by: 'times', wrong: 3, of: 3, offMs: 60 * minute,
  }); // prettier-ignore
  assert.equal(byTimes(tells(12), tells(14)), null);
  assert.equal(byTimes(tells(12), tells(14), tells(13), tells(0), tells(0), tells(0), tells(0)), null);
});

test('the addresses of one host are one clock', () => {
  const one = tells(30);
  assert.equal(byTimes(one, one, one, one), null);
});

test('who tells the time to the second is believed before dates of certificates, for and against', () => {
  const certificates = [expired(), expired(), expired()];
  assert.equal(clockDoubt({ certificates, times: [tells(0), tells(1), tells(-1)] }), null);
  assert.equal(clockDoubt({ certificates, times: [tells(20), tells(20), tells(20)] })?.clock, 'behind');
  assert.equal(clockDoubt({ certificates, times: [tells(0), tells(0)] })?.by, 'certificates');
});

test('up to the tolerance clocks are equal; what is no instant says nothing', () => {
  const apart = (ms: number) => clockDifference({ at, says: new Date(Date.parse(at) + ms).toISOString() });
  assert.deepEqual([apart(clockToleranceMs), apart(-clockToleranceMs)], [null, null]);
  assert.deepEqual([apart(clockToleranceMs + 1), apart(-clockToleranceMs - 1)], [300_001, -300_001]);
  assert.equal(clockDifference({ at, says: 'noon' }), null);
});

test('in words', () => {
  const [ms, day] = [13 * minute, 1_440 * minute];
  assert.deepEqual([span(ms), span(-300 * minute), span(5 * day)], ['13 minutes', '5 hours', '5 days']);
  assert.equal(
    doubtInWords({ clock: 'behind', by: 'times', wrong: 3, of: 5, offMs: ms }),
    '3 of 5 SIP servers tell another time: our clock may be behind by about 13 minutes. Check the time of this machine first.',
  );
});
