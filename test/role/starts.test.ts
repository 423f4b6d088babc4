import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLanes, createStarts, lanesAtOnce } from '../../src/role/starts.ts';
import { manualClock } from '../fakes/manual-clock.ts';

/** Examinations behind a gate: which have begun, in order, and how to end one. */
function gate(limit: number, firstMs: number, count: number) {
  const clock = manualClock();
  const starts = createStarts(clock, limit, firstMs);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const all = Array.from({ length: count }, (_, at) =>
    starts.run(() => {
      begun.push(at);
      return new Promise<number>((resolve, reject) => {
        ends[at] = (error) => (error === undefined ? resolve(at) : reject(error));
      });
    }),
  );
  return { clock, begun, ends, all };
}

test('no more than the limit begin at once, the others in the order in which they came', async () => {
  const { clock, begun, ends, all } = gate(2, 1_000, 4);
  await clock.go(0);
  assert.deepEqual(begun, [0, 1]);
  ends[1]?.();
  assert.equal(await all[1], 1);
  await clock.go(0);
  assert.deepEqual(begun, [0, 1, 2]);
  ends[0]?.(new Error('a bug'));
  await assert.rejects(all[0]!, /a bug/);
  await clock.go(0);
  assert.deepEqual(begun, [0, 1, 2, 3]);
});

test('who is urgent goes before all that wait, and after urgent ones that came before', async () => {
  for (const gate of [createLanes(1), createStarts(manualClock(), 1, 1_000)]) {
    const begun: string[] = [];
    let end = (): void => undefined;
    const held = gate.run(() => new Promise<void>((resolve) => (end = resolve)));
    const enter = (name: string, isUrgent?: boolean) =>
      gate.run(() => Promise.resolve(void begun.push(name)), isUrgent);
    const all = [enter('one'), enter('two'), enter('ordered', true), enter('ordered later', true), enter('three')];
    await new Promise((resolve) => setImmediate(resolve));
    end();
    await Promise.all([held, ...all]);
    assert.deepEqual(begun, ['ordered', 'ordered later', 'one', 'two', 'three']);
  }
});

test('who hangs makes room after its first while, once', async () => {
  const { clock, begun, ends, all } = gate(2, 1_000, 7);
  await clock.go(999);
  assert.deepEqual(begun, [0, 1]);
  await clock.go(1);
  assert.deepEqual(begun, [0, 1, 2, 3]);
  // Their places were given away: their ends give away no others.
  ends[0]?.();
  ends[1]?.();
  await Promise.all([all[0], all[1]]);
  await clock.go(0);
  assert.deepEqual(begun, [0, 1, 2, 3]);
  await clock.go(1_000);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
  for (const end of ends) end();
  await clock.go(0);
  ends[6]?.();
  await Promise.all(all);
  assert.equal(clock.waiting(), 0);
});

test('one begins once what it waits for is there, and its first while begins then', async () => {
  const clock = manualClock();
  const readies: (() => void)[] = [];
  const starts = createStarts(clock, 1, 5, () => new Promise((ready) => readies.push(ready)));
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1].map((at) =>
    starts.run(() => {
      begun.push(at);
      return new Promise<void>((end) => ends.push(end));
    }),
  );
  await clock.go(100);
  assert.deepEqual([begun, readies.length], [[], 1]);
  readies[0]?.();
  await clock.go(4);
  assert.deepEqual([begun, readies.length], [[0], 1]);
  await clock.go(1);
  assert.deepEqual([begun, readies.length], [[0], 2]);
  readies[1]?.();
  await clock.go(5);
  assert.deepEqual(begun, [0, 1]);
  for (const end of ends) end();
  await Promise.all(all);
  assert.equal(clock.waiting(), 0);
});

test('so many are under way at once, one more waits for the first that ends', async () => {
  const lanes = createLanes();
  const ends: ((error?: Error) => void)[] = [];
  const all = Array.from({ length: lanesAtOnce + 1 }, (_, at) =>
    lanes.run(
      () =>
        new Promise<number>((resolve, reject) =>
          ends.push((error) => (error === undefined ? resolve(at) : reject(error))),
        ),
    ),
  );
  await new Promise((next) => setImmediate(next));
  assert.equal(ends.length, lanesAtOnce);
  ends[7]?.(new Error('a bug'));
  await assert.rejects(all[7]!, /a bug/);
  await new Promise((next) => setImmediate(next));
  assert.equal(ends.length, lanesAtOnce + 1);
  for (const end of ends) end();
  assert.equal((await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length, lanesAtOnce);
});
