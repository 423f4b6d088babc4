import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from '../../src/net/remembered.ts';

/** Asks for all keys in turn, so many times; tells how many values were made in each round. */
function walk(known: (key: string, make: () => string) => string, keys: number, rounds: number): readonly number[] {
  return Array.from({ length: rounds }, () => {
    let made = 0;
    for (let n = 0; n < keys; n += 1) {
      const key = `key ${String(n)}`;
      const value = known(key, () => {
        made += 1;
        return `of ${key}`;
      });
      assert.equal(value, `of ${key}`);
    }
    return made;
  });
}

test('what there is room for is made once', () => {
  assert.deepEqual(walk(remembered<string>(100), 100, 3), [100, 0, 0]);
});

test('whoever walks through more than there is room for still finds some, and no more than there is room for', () => {
  const made = walk(remembered<string>(1_000), 1_500, 12).slice(2);
  for (const each of made) assert.ok(each >= 500 && each < 1_400, made.join(' '));
});

test('what is kept weighs no more than is said, and what is too heavy is not kept', () => {
  const known = remembered<string>(1_000, { most: 40, of: (value) => value.length });
  const a = 'a'.repeat(20);
  const lookUp = (key: string, value: string): boolean => {
    let made = false;
    known(key, () => ((made = true), value));
    return made;
  };
  assert.deepEqual([lookUp('a', a), lookUp('b', a), lookUp('a', a), lookUp('b', a)], [true, true, false, false]);
  assert.deepEqual([lookUp('huge', 'h'.repeat(41)), lookUp('huge', 'h'.repeat(41))], [true, true]);
  assert.equal(lookUp('c', a), true);
  // One of the first two made room, if not both.
  assert.deepEqual([lookUp('c', a), lookUp('a', a) || lookUp('b', a)], [false, true]);
});
