import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flat, floors, thirds, tops } from './soak.ts';

test('a row is flat as long as its last third is within the share of its first', () => {
  assert.deepEqual(thirds([1, 3, 50, 60, 9, 11]), [2, 10]);
  assert.deepEqual(flat('memory', [100, 180, 105], 0.05, 0, ' MB'), {
    figures: { memory: '100.0 → 105.0 MB' },
    wrong: [],
  });
  assert.deepEqual(flat('memory', [100, 100, 105.1], 0.05).wrong, ['memory grows: 100.0 → 105.1']);
  assert.deepEqual(flat('series', [10, 10, 11], 0).wrong, ['series grows: 10.0 → 11.0']);
  assert.deepEqual(flat('descriptors', [10, 10, 12], 0, 2).wrong, []);
});

test('what leaks is seen in the least and in the most of each stretch', () => {
  assert.deepEqual(tops([5, 9, 7, 6, 8, 30], 3), [9, 30]);
  assert.deepEqual(floors([5, 9, 7, 6, 8, 30], 3), [5, 6]);
});
