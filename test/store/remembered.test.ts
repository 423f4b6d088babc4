import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDecoder, valueHead } from '../../src/store/codec.ts';
import { remembered } from '../../src/store/remembered.ts';

test('the same text at the same key is the same value; another text, or another key, is not', () => {
  const memory = remembered(1_000);
  const value = { a: 1 };
  memory.keep('key', 'text', value);
  assert.equal(memory.recall('key', ['te', 'xt'].join('')), value);
  assert.equal(memory.recall('key', 'other'), undefined);
  assert.equal(memory.recall('other', 'text'), undefined);
});

test('what was not read for as many characters as are kept is forgotten, what is read again and again is not', () => {
  const memory = remembered(100);
  const text = 'x'.repeat(40);
  const put = (key: string): void => memory.keep(key, text, key);
  put('often');
  put('once');
  for (let at = 0; at < 20; at += 1) {
    put(`new${String(at)}`);
    assert.equal(memory.recall('often', text), 'often');
  }
  assert.equal(memory.recall('once', text), undefined);
  const left = Array.from({ length: 20 }, (_, at) => memory.recall(`new${String(at)}`, text));
  const characters = left.filter((each) => each !== undefined).length * text.length;
  assert.ok(characters <= 200, String(characters));
});

test('one value that changes does not fill the memory', () => {
  const memory = remembered(100);
  memory.keep('still', 'y'.repeat(40), 'still');
  for (let at = 0; at < 50; at += 1) memory.keep('key', String(at).padStart(30, '0'), at);
  assert.equal(memory.recall('still', 'y'.repeat(40)), 'still');
  assert.equal(memory.recall('key', '49'.padStart(30, '0')), 49);
});

test('with a memory a value is parsed once; what cannot be read is counted each time', () => {
  const isNumbered = (body: unknown): body is { readonly n: number } =>
    typeof body === 'object' && body !== null && 'n' in body;
  const decoder = createDecoder(remembered(1_000));
  const text = (n: number): string => `${valueHead}7,"body":{"n":${String(n)}}}`;
  const first = decoder.decode(text(1), isNumbered, 'key');
  assert.deepEqual(first, { n: 1 });
  assert.equal(decoder.decode(text(1), isNumbered, 'key'), first);
  assert.deepEqual(decoder.decode(text(2), isNumbered, 'key'), { n: 2 });
  assert.notEqual(decoder.decode(text(2), isNumbered), decoder.decode(text(2), isNumbered));
  for (let read = 0; read < 2; read += 1) assert.equal(decoder.decode('{"v":9}', isNumbered, 'key'), null);
  assert.equal(decoder.ignored, 2);
});
