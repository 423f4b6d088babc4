import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../lab/debian.ts';
import { contendersOf } from './edge.ts';
import { median, quantile } from './figures.ts';
import { inTurn, ratio, total } from './paced.ts';
import { startWorld } from './world.ts';

/** At a slow pace and in one short round a probe costs more, ours more than theirs; what is beyond this went wrong. */
const farOutside = 6;
const everyMs = 5_000;
const perSecond = 10;
const warmMs = 2_000;
/** A round of the edges. */
const least = 40;

test('the middle of three, the mean of the two in the middle of four', () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
});

test('a quantile lies between the limits of its bucket, of what came since', () => {
  const lines = (low: number, high: number, all: number): readonly string[] => [
    `wait_bucket{queue="edge",le="1"} ${String(low)}`,
    `wait_bucket{queue="edge",le="2"} ${String(high)}`,
    `wait_bucket{le="+Inf",queue="edge"} ${String(all)}`,
  ];
  assert.equal(quantile(0.5, 'wait', lines(0, 10, 10)), 1.5);
  assert.equal(quantile(0.5, 'wait', lines(20, 30, 30), lines(20, 20, 20)), 1.5);
  assert.equal(quantile(0.99, 'wait', lines(0, 0, 10)), 2);
  assert.ok(Number.isNaN(quantile(0.5, 'wait', [])));
});

test('short form: a probe costs no multiple of one by blackbox_exporter and Prometheus', async (t) => {
  const tools = await needs(t, 'redis-server', 'prometheus', 'blackbox-exporter');
  if (tools === null) return;
  const [, prometheus, blackbox] = tools;
  const world = await startWorld({
    keyType: 'p-256',
    partners: (perSecond * everyMs) / 1_000,
    edgesEach: 1,
    sharers: 1,
  });
  t.after(() => world.stop());
  const options = {
    ...{ perSecond, everyMs, rounds: 1, windowMs: everyMs, minutes: 0, profile: null },
    keyTypes: ['p-256'] as const,
    tools: { prometheus, blackbox },
    say: (text: string) => t.diagnostic(text),
  };
  const contenders = await contendersOf(world, options);
  const [ours, theirs] = contenders.map((each) => ({ ...each, warmMs }));
  assert.ok(ours !== undefined && theirs !== undefined);
  const all = await inTurn([ours, theirs], { ...options, least });
  for (const [name, rounds] of all)
    assert.ok(
      rounds.every((each) => each.units >= least && total(each) > 0),
      `${name}: too few were answered`,
    );
  const seen = ratio(all, 'fedmon', 'blackbox_exporter');
  assert.ok(seen < farOutside, `ratio ${seen.toFixed(2)}`);
});
