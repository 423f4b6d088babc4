import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockDoubt, type MetCertificate } from '../../src/federation/clock-doubt.ts';

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

test('many expired at once: our clock is ahead; many not valid yet: it is behind', () => {
  assert.deepEqual(clockDoubt([expired(), expired(), expired()]), { clock: 'ahead', wrong: 3, of: 3 });
  assert.deepEqual(clockDoubt([early(), valid(), early(), valid(), early()]), { clock: 'behind', wrong: 3, of: 5 });
});

test('two are chance, fewer than half are their owners’ fault, and one certificate counts once', () => {
  assert.equal(clockDoubt([]), null);
  assert.equal(clockDoubt([expired(), expired()]), null);
  assert.equal(clockDoubt([expired(), expired(), expired(), valid(), valid(), valid(), valid()]), null);
  const same = expired();
  assert.equal(clockDoubt([same, same, same, same]), null);
});

test('wrong on both sides is no wrong clock', () => {
  assert.equal(clockDoubt([expired(), expired(), early(), early()]), null);
});
