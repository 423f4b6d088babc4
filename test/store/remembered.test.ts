import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered, type Remembered } from '../../src/store/remembered.ts';

const keep = (memory: Remembered, sort: string, name: string, length: number): void =>
  memory.sort(sort).keep(name, { key: `${sort}:${name}`, sign: 'sign', value: `${sort} ${name}`, length });

test('a value is kept with what it is known by, under its sort and name', () => {
  const memory = remembered(1_000);
  keep(memory, 'standing', 'a.test', 40);
  const kept = { key: 'standing:a.test', sign: 'sign', value: 'standing a.test', length: 40 };
  assert.deepEqual(memory.sort('standing').get('a.test'), kept);
  assert.equal(memory.sort('standing').get('b.test'), undefined);
  assert.equal(memory.sort('route').get('a.test'), undefined);
});

test('what was not read for as many characters as are kept is forgotten, what is read again and again is not', () => {
  const memory = remembered(200);
  keep(memory, 'x', 'often', 40);
  keep(memory, 'y', 'once', 40);
  for (let at = 0; at < 20; at += 1) {
    keep(memory, 'x', `new${String(at)}`, 40);
    assert.equal(memory.sort('x').get('often')?.value, 'x often');
  }
  assert.equal(memory.sort('y').get('once'), undefined);
  const left = Array.from({ length: 20 }, (_, at) => memory.sort('x').get(`new${String(at)}`));
  const characters = left.filter((each) => each !== undefined).length * 40;
  assert.ok(characters > 0 && characters <= 400, String(characters));
});

test('one value that changes does not fill the memory', () => {
  const memory = remembered(100);
  keep(memory, 'x', 'still', 40);
  for (let at = 0; at < 50; at += 1) keep(memory, 'x', 'key', 30);
  assert.equal(memory.sort('x').get('still')?.value, 'x still');
});
