import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from '../../src/role/together.ts';
import { manualClock } from '../fakes/manual-clock.ts';

function gathered(answer: (item: number) => number | Error) {
  const clock = manualClock();
  const groups: (readonly number[])[] = [];
  const ask = together<number, number>(clock, { waitMs: 10, most: 3 }, (items) => {
    groups.push(items);
    return Promise.resolve(items.map(answer));
  });
  return { clock, groups, ask };
}

test('those that come within the wait of the first are done together, each with its own result', async () => {
  const { clock, groups, ask } = gathered((item) => 10 * item);
  const first = ask(1);
  await clock.go(9);
  const second = ask(2);
  assert.deepEqual(groups, []);
  await clock.go(1);
  assert.deepEqual(groups, [[1, 2]]);
  assert.deepEqual(await Promise.all([first, second]), [10, 20]);
  const third = ask(3);
  await clock.go(10);
  assert.deepEqual([await third, groups.length], [30, 2]);
  assert.equal(clock.waiting(), 0);
});

test('as many as may go together do not wait; one more waits for others', async () => {
  const { clock, groups, ask } = gathered((item) => item);
  const all = [1, 2, 3, 4].map(ask);
  assert.deepEqual(groups, [[1, 2, 3]]);
  await clock.go(10);
  assert.deepEqual(groups, [[1, 2, 3], [4]]);
  assert.deepEqual(await Promise.all(all), [1, 2, 3, 4]);
});

test('what goes wrong with one is told to it alone, what goes wrong with all to all', async () => {
  const { clock, ask } = gathered((item) => (item === 2 ? new Error('a bug') : item));
  const some = Promise.allSettled([1, 2].map(ask));
  await clock.go(10);
  assert.deepEqual(
    (await some).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  const away = together<number, number>(clock, { waitMs: 0, most: 3 }, () => Promise.reject(new Error('away')));
  const both = Promise.allSettled([1, 2].map(away));
  await clock.go(0);
  assert.deepEqual(
    (await both).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});
