import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startParts, stopParts, type Part } from '../../src/role/part.ts';
import { eachInParallel } from '../../src/role/parallel.ts';
import { waitMs } from '../../src/role/pulse.ts';
import { quiet } from '../queue/rig.ts';

const never = new AbortController().signal;

function part(name: string, did: string[], over: Partial<Part> = {}): Part {
  const note = (what: string) => (): Promise<void> => Promise.resolve(void did.push(`${what} ${name}`));
  return { name, start: note('start'), stop: note('stop'), ...over };
}

test('parts start in order and stop in reverse; one that fails to stop holds nobody up', async () => {
  const did: string[] = [];
  const broken = part('b', did, { stop: () => Promise.reject(new Error('broken')) });
  const { begun, error } = await startParts([part('a', did), broken, part('c', did)], never);
  await stopParts(begun, quiet);
  assert.equal(error, null);
  assert.deepEqual(did, ['start a', 'start b', 'start c', 'stop c', 'stop a']);
});

test('a part that cannot start ends the start; those begun are to be stopped', async () => {
  const did: string[] = [];
  const broken = part('b', did, { start: () => Promise.reject(new Error('port taken')) });
  const { begun, error } = await startParts([part('a', did), broken, part('c', did)], never);
  assert.equal(error?.message, 'port taken');
  assert.deepEqual(
    begun.map((each) => each.name),
    ['a', 'b'],
  );
});

test('nothing more is started once the process is to stop', async () => {
  const did: string[] = [];
  const stopping = new AbortController();
  const first = part('a', did, {
    start: () => {
      stopping.abort();
      return Promise.resolve();
    },
  });
  const { begun } = await startParts([first, part('b', did)], stopping.signal);
  assert.deepEqual(
    begun.map((each) => each.name),
    ['a'],
  );
});

test('work in parallel is bounded, and errors keep nothing from being done', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const errors = await eachInParallel([1, 2, 3, 4, 5, 6], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((next) => setTimeout(next, 5));
    running -= 1;
    if (item % 2 === 0) throw new Error(`no ${String(item)}`);
    done.push(item);
  });
  assert.equal(most, 3);
  assert.deepEqual(done, [1, 3, 5]);
  assert.deepEqual(
    errors.map((error) => error.message),
    ['no 2', 'no 4', 'no 6'],
  );
});

test('waiting for Redis begins at 250 ms and never exceeds 10 s', () => {
  assert.equal(waitMs(0, 0), 250);
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const ms = waitMs(attempt, random);
      assert.ok(ms >= 250 && ms <= 10_000);
    }),
  );
});
