import { validateDetailed } from 'node-cron';
import { dayMs, isDayOf, longestGapMs, ofDayMs, type CronTimes } from '../federation/cron.ts';
import { formatDuration } from './duration.ts';

/** The shortest interval, also between two instants of an expression, milliseconds. */
export const shortestEveryMs = 5_000;

/** A schedule as it is used: its instants, and the shortest time between two of them. */
export interface CronSchedule {
  readonly times: CronTimes;
  readonly everyMs: number;
}

type Days = Pick<CronTimes, 'daysOfMonth' | 'months' | 'weekdays'>;

const fieldWords: Readonly<Record<string, string>> = {
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  dayOfMonth: 'day of its months',
  month: 'month',
  dayOfWeek: 'day of the week',
};

/** What is wrong with the fields of an expression, as the end of a sentence; null when they can be read. */
function wrongField(expression: string): string | null {
  const first = validateDetailed(expression).errors[0];
  if (first === undefined) return null;
  const word = fieldWords[first.field];
  if (word !== undefined) return `${first.value ?? 'one field'} is no ${word}`;
  const fields = expression.trim().split(/\s+/).length;
  return fields === 5 || fields === 6 ? 'it holds characters that no field has' : `it has ${String(fields)} fields`;
}

function daysOf(all: readonly (number | string)[]): readonly number[] | null {
  const numbers = all.filter((each) => typeof each === 'number');
  return numbers.length === all.length ? numbers : null;
}

/** The shortest time between two instants, the last of a day and the first of the next included. */
function shortestMs(ofDay: readonly number[]): number {
  const next = [...ofDay.slice(1), (ofDay[0] ?? 0) + dayMs];
  return next.reduce((shortest, each, at) => Math.min(shortest, each - (ofDay[at] ?? 0)), dayMs);
}

// Four years from a 1 January hold every pairing of days that a week apart can be told by.
const firstDay = Math.floor(Date.UTC(2024, 0, 1) / dayMs);
const lastDay = firstDay + 4 * 366;

/** The longest time between two instants; Infinity when there are none. */
function longestMs(days: Days, ofDay: readonly number[]): number {
  const first = ofDay[0] ?? 0;
  const last = ofDay.at(-1) ?? 0;
  let longest = ofDay.reduce((gap, each, at) => Math.max(gap, each - (ofDay[at - 1] ?? each)), 0);
  let before: number | null = null;
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!isDayOf(days, day)) continue;
    longest = Math.max(longest, (day - (before ?? firstDay)) * dayMs + first - (before === null ? 0 : last));
    before = day;
  }
  return before === null ? Infinity : Math.max(longest, (lastDay - before) * dayMs);
}

function readSchedule(expression: string, timezone: string): CronSchedule | string {
  const wrong = wrongField(expression);
  if (wrong !== null) return wrong;
  const fields = validateDetailed(expression).fields;
  const daysOfMonth = daysOf(fields?.dayOfMonth ?? []);
  const weekdays = daysOf(fields?.dayOfWeek ?? []);
  if (fields === undefined || daysOfMonth === null || weekdays === null) return 'L, W and # are not known here';
  const clock = { seconds: fields.second, minutes: fields.minute, hours: fields.hour };
  const days = { daysOfMonth, months: fields.month, weekdays };
  const everyMs = shortestMs(ofDayMs(clock));
  if (everyMs < shortestEveryMs) {
    return `it comes again after ${formatDuration(everyMs)}, at least ${formatDuration(shortestEveryMs)} are needed`;
  }
  const gapMs = longestMs(days, ofDayMs(clock));
  if (gapMs > longestGapMs) {
    const often = Number.isFinite(gapMs) ? `${String(Math.ceil(gapMs / dayMs))} days apart` : 'never';
    return `it comes ${often}, at least once in ${String(longestGapMs / dayMs)} days is needed`;
  }
  return { times: { expression, timezone, ...clock, ...days, gapMs }, everyMs };
}

const read = new Map<string, CronSchedule | string>();

/** The instants of an expression in a time zone, or what is wrong with it. The same words are the same object. */
export function cronSchedule(expression: string, timezone: string): CronSchedule | string {
  const key = `${timezone} ${expression}`;
  const known = read.get(key) ?? readSchedule(expression, timezone);
  if (read.size > 1_000) read.clear();
  read.set(key, known);
  return known;
}

/** The name of a time zone as it was written, if this machine knows it. */
export function timeZone(input: string): string | null {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: input });
    return input;
  } catch {
    return null;
  }
}
