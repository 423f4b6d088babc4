import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../src/federation/failure.ts';

test('a plain text stays as it is up to the limit, and is cut one past it', () => {
  assert.equal(printable('a'.repeat(200)), 'a'.repeat(200));
  assert.equal(printable('a'.repeat(201)), `${'a'.repeat(200)}…`);
  assert.equal(printable('ab', 1), 'a…');
});

test('what is not plain is made so, wherever it stands', () => {
  for (const [text, shown] of [
    ['a\nb', 'a?b'],
    ['\u007f', '?'],
    ['\u0000', '?'],
    ['a\u202eb', 'a?b'],
    ['\ud800', '\ufffd'],
    ['é', 'é'],
    ['a\u00adb\n', 'a?b?'],
  ] as const) {
    assert.equal(printable(text), shown);
  }
});

test('the short way for plain text says what the long way says', () => {
  const held = fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), (text) => {
    // The letter in front makes it go the long way.
    assert.equal(printable(`é${text}`).slice(1), printable(text));
  });
  fc.assert(held);
});
