import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Progress } from '../../src/net/progress.ts';

const never = new AbortController().signal;

it('changes that come before a wait goes on take nothing away from the next', async () => {
  const progress = new Progress();
  const inbox: number[] = [];
  const first = progress.until(() => inbox.shift(), never);
  for (const each of [1, 2, 3]) {
    inbox.push(each);
    progress.changed();
  }
  assert.equal(await first, 1);
  assert.equal(await progress.until(() => inbox.shift(), never), 2);
  assert.deepEqual(inbox, [3]);
});

it('of several waits each takes its own', async () => {
  const progress = new Progress();
  const inbox: number[] = [];
  const waits = [1, 2].map(() => progress.until(() => inbox.shift(), never));
  inbox.push(1, 2, 3);
  progress.changed();
  assert.deepEqual(await Promise.all(waits), [1, 2]);
  assert.deepEqual(inbox, [3]);
});

it('a wait that was stopped takes nothing any more', async () => {
  const progress = new Progress();
  const inbox: number[] = [];
  const stopping = new AbortController();
  const wait = progress.until(() => inbox.shift(), stopping.signal);
  stopping.abort(new Error('time is up'));
  inbox.push(1);
  progress.changed();
  await assert.rejects(wait, /time is up/);
  assert.deepEqual(inbox, [1]);
});

it('after a failure it is not asked again', async () => {
  const progress = new Progress();
  let asked = 0;
  const wait = progress.until((): undefined => {
    asked += 1;
    if (asked > 1) throw new Error('over');
    return undefined;
  }, never);
  progress.changed();
  progress.changed();
  await assert.rejects(wait, /over/);
  assert.equal(asked, 2);
});
