import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask } from 'node-cron';
import { cronSchedule, type CronSchedule } from '../../src/config/cron.ts';
import { followingInstant, instantsBetween, newestInstant, zoneOffsetMs } from '../../src/federation/cron.ts';

const minute = 60_000;
const hour = 3_600_000;
const day = 24 * hour;

function schedule(expression: string, timezone = 'UTC'): CronSchedule {
  const found = cronSchedule(expression, timezone);
  if (typeof found === 'string') assert.fail(found);
  return found;
}

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();

/** The instants after `from`, by walking from one to the next. */
function walk(expression: string, timezone: string, from: string, count: number): readonly string[] {
  const { times } = schedule(expression, timezone);
  const found: number[] = [];
  for (let last = at(from); found.length < count;) found.push((last = followingInstant(times, last)));
  return found.map(iso);
}

test('office hours end on Friday evening and begin on Monday morning', () => {
  assert.deepEqual(walk('*/30 8-18 * * 1-5', 'UTC', '2026-11-27T18:00:00Z', 3), [
    '2026-11-27T18:30:00.000Z',
    '2026-11-30T08:00:00.000Z',
    '2026-11-30T08:30:00.000Z',
  ]);
});

test('an hour that a zone leaves out has no instants, one that it repeats has them twice', () => {
  assert.deepEqual(walk('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', 3), [
    '2026-03-28T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
    '2026-03-31T00:30:00.000Z',
  ]);
  assert.deepEqual(walk('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3), [
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});

test('zones of odd offsets, far east and far west, and a change at midnight', () => {
  assert.deepEqual(walk('0 0 * * *', 'Asia/Kathmandu', '2026-06-01T00:00:00Z', 1), ['2026-06-01T18:15:00.000Z']);
  assert.deepEqual(walk('0 0 * * *', 'Pacific/Kiritimati', '2026-06-01T00:00:00Z', 1), ['2026-06-01T10:00:00.000Z']);
  assert.deepEqual(walk('0 0 * * *', 'Pacific/Pago_Pago', '2026-06-01T00:00:00Z', 1), ['2026-06-01T11:00:00.000Z']);
  // Cuba sets its clock back from 01:00 to 00:00: midnight and a half comes twice on 1 November 2026.
  assert.deepEqual(walk('30 0 * * *', 'America/Havana', '2026-10-31T12:00:00Z', 3), [
    '2026-11-01T04:30:00.000Z',
    '2026-11-01T05:30:00.000Z',
    '2026-11-02T05:30:00.000Z',
  ]);
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Havana'];
const some = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 })
    .map((all) => all.toSorted((a, b) => a - b).join(','));
const expressions = fc
  .tuple(fc.oneof(some(0, 59), fc.constantFrom('*/7', '*')), fc.oneof(some(0, 23), fc.constant('*')), some(0, 6))
  .map(([minutes, hours, weekdays]) => `${minutes} ${hours} * * ${weekdays}`);

test('every instant is one by the judgement of node-cron, and none between is', () => {
  fc.assert(
    fc.property(
      expressions,
      fc.constantFrom(...zones),
      fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
      (expression, timezone, fromMs) => {
        const { times, everyMs } = schedule(expression, timezone);
        const task = createTask(expression, () => undefined, { timezone });
        const nextMs = followingInstant(times, fromMs);
        assert.ok(task.match(new Date(nextMs)), `${expression} in ${timezone} at ${iso(nextMs)}`);
        assert.equal(newestInstant(times, nextMs), nextMs);
        const before = newestInstant(times, nextMs - 1);
        assert.ok(before <= fromMs && task.match(new Date(before)));
        assert.equal(newestInstant(times, nextMs, 2), before);
        assert.equal(instantsBetween(times, before - 1, nextMs), 2);
        assert.ok(nextMs - before <= times.gapMs + 2 * hour, 'no gap is longer than was said');
        for (let each = Math.ceil((before + 1) / minute) * minute; each < nextMs; each += 37 * minute) {
          assert.ok(!task.match(new Date(each)), `${expression} in ${timezone} at ${iso(each)}`);
        }
        assert.ok(everyMs >= minute && everyMs <= day);
        void task.destroy();
      },
    ),
    { numRuns: 200, seed: 20_261_126 },
  );
});

test('the offset of a zone is that of its clock', () => {
  assert.equal(zoneOffsetMs('Europe/Berlin', at('2026-03-29T00:59:59Z')), hour);
  assert.equal(zoneOffsetMs('Europe/Berlin', at('2026-03-29T01:00:00Z')), 2 * hour);
  assert.equal(zoneOffsetMs('Asia/Kathmandu', at('1970-01-01T00:00:00Z')), 5.5 * hour);
});

test('the shortest time between instants spans midnight, the longest the days without', () => {
  assert.equal(schedule('*/10 8-18 * * 1-5').everyMs, 10 * minute);
  assert.equal(schedule('*/10 8-18 * * 1-5').times.gapMs, 2 * day + 13 * hour + 10 * minute);
  assert.equal(schedule('0 0,23 * * *').everyMs, hour);
  assert.equal(schedule('0 8 * * 1').everyMs, day);
  assert.equal(schedule('0 8 * * 1').times.gapMs, 7 * day);
  assert.equal(schedule('0 8 1,8,15,22,29 * *').times.gapMs, 7 * day);
});

test('seconds may come every 5 s and not more often, instants 8 days apart and not more seldom', () => {
  assert.equal(schedule('*/5 * * * * *').everyMs, 5_000);
  assert.equal(cronSchedule('*/4 * * * * *', 'UTC'), 'it comes again after 4s, at least 5s are needed');
  assert.equal(cronSchedule('0,58 59,0 0,23 * * *', 'UTC'), 'it comes again after 2s, at least 5s are needed');
  assert.equal(schedule('0 8 1,9,17,25 * *').times.gapMs, 8 * day);
  assert.equal(cronSchedule('0 8 1,10,17,25 * *', 'UTC'), 'it comes 9 days apart, at least once in 8 days is needed');
  assert.equal(cronSchedule('0 8 31 12 *', 'UTC'), 'it comes 366 days apart, at least once in 8 days is needed');
});

test('an expression that can never be is refused', () => {
  assert.equal(cronSchedule('0 8 30 2 *', 'UTC'), '30 is no day of its months');
  assert.equal(cronSchedule('0 8 30,31 2 *', 'UTC'), '30,31 is no day of its months');
});

test('instants are found in microseconds, also in a zone with summer time', () => {
  const { times } = schedule('*/10 8-18 * * 1-5', 'Europe/Berlin');
  const startMs = performance.now();
  for (let each = 0; each < 100_000; each += 1) newestInstant(times, at('2026-11-26T12:00:00Z') + each * 100);
  const eachUs = (performance.now() - startMs) / 100;
  assert.ok(eachUs < 50, `${eachUs.toFixed(1)} µs each`);
});
