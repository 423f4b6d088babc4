/**
 * The instants of a cron expression, as plain values. An instant is one of them when the clock on the wall of its time
 * zone matches every field: an hour that a zone leaves out has none, an hour that it repeats has them twice.
 */
export interface CronTimes {
  readonly expression: string;
  /** An IANA name, or UTC. */
  readonly timezone: string;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** The longest time without an instant, milliseconds; at most `longestGapMs`. */
  readonly gapMs: number;
}

export const dayMs = 86_400_000;

/** An expression that leaves more time between two instants is refused: what is known of a partner would not last. */
export const longestGapMs = 8 * dayMs;

/** No further than this from one instant to the next, with an hour of summer time to spare. */
const searchedDays = longestGapMs / dayMs + 2;

/** Time zones change their offset at quarters of an hour, so within one it holds. */
const quarterMs = 900_000;
const keptOffsets = 4_096;
const keptDays = 64;

type Clock = Pick<CronTimes, 'seconds' | 'minutes' | 'hours'>;

const timesOfDay = new WeakMap<Clock, readonly number[]>();
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();
const days = new WeakMap<CronTimes, Map<number, readonly number[]>>();

function kept<Key, Value>(map: Map<Key, Value>, most: number, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= most) map.clear();
  const value = make();
  map.set(key, value);
  return value;
}

/** What the clock shows at the instants of a day, milliseconds since midnight, ascending. */
export function ofDayMs(times: Clock): readonly number[] {
  const known = timesOfDay.get(times);
  if (known !== undefined) return known;
  const { seconds, minutes, hours } = times;
  const all = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => ((hour * 60 + minute) * 60 + second) * 1000)),
  );
  const made = [...new Set(all)].sort((a, b) => a - b);
  timesOfDay.set(times, made);
  return made;
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  return kept(formats, keptOffsets, timezone, () => {
    const [year, two] = ['numeric', '2-digit'] as const;
    const parts = { year, month: two, day: two, hour: two, minute: two, second: two } as const;
    return new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', calendar: 'gregory', ...parts });
  });
}

/** What a zone's clock shows beyond UTC at an instant, milliseconds. */
export function zoneOffsetMs(timezone: string, atMs: number): number {
  if (timezone === 'UTC') return 0;
  const quarter = Math.floor(atMs / quarterMs);
  const ofZone = kept(offsets, keptOffsets, timezone, () => new Map<number, number>());
  return kept(ofZone, keptOffsets, quarter, () => {
    const shown: Record<string, number> = {};
    for (const { type, value } of formatFor(timezone).formatToParts(quarter * quarterMs)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - quarter * quarterMs;
  });
}

/** Whether a day, counted from 1970-01-01, is one of those of the expression. */
export function isDayOf(times: Pick<CronTimes, 'daysOfMonth' | 'months' | 'weekdays'>, day: number): boolean {
  const date = new Date(day * dayMs);
  return (
    times.months.includes(date.getUTCMonth() + 1) &&
    times.daysOfMonth.includes(date.getUTCDate()) &&
    times.weekdays.includes(date.getUTCDay())
  );
}

/** The instants of one day by the clock of the zone, ascending. */
function instantsOf(times: CronTimes, day: number): readonly number[] {
  const ofTimes = days.get(times) ?? new Map<number, readonly number[]>();
  days.set(times, ofTimes);
  return kept(ofTimes, keptDays, day, () => {
    if (!isDayOf(times, day)) return [];
    const midnightMs = day * dayMs;
    const { timezone } = times;
    // Before and after the day wherever on Earth it is; where they differ, each instant is held against the zone's clock.
    const around = new Set([-0.6, 1.6].map((share) => zoneOffsetMs(timezone, midnightMs + share * dayMs)));
    const found = [...around].flatMap((offsetMs) =>
      ofDayMs(times)
        .map((sinceMidnightMs) => midnightMs + sinceMidnightMs - offsetMs)
        .filter((atMs) => around.size === 1 || zoneOffsetMs(timezone, atMs) === offsetMs),
    );
    return found.toSorted((a, b) => a - b);
  });
}

/** How many of these ascending instants are not after `atMs`. */
function countUntil(instants: readonly number[], atMs: number): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const dayAt = (times: CronTimes, atMs: number): number =>
  Math.floor((atMs + zoneOffsetMs(times.timezone, atMs)) / dayMs);

/** The `nth` newest instant (1: the newest) that is not after `atMs`. */
export function newestInstant(times: CronTimes, atMs: number, nth = 1): number {
  const today = dayAt(times, atMs);
  let missing = nth;
  // A day ahead: where a zone repeats an hour at midnight, the later day may hold the earlier instant.
  for (let day = today + 1; day > today - searchedDays * nth; day -= 1) {
    const instants = instantsOf(times, day);
    const until = countUntil(instants, atMs);
    if (until >= missing) return instants[until - missing] ?? -Infinity;
    missing -= until;
  }
  return -Infinity;
}

/** The first instant after `atMs`. */
export function followingInstant(times: CronTimes, atMs: number): number {
  const today = dayAt(times, atMs);
  for (let day = today - 1; day < today + searchedDays; day += 1) {
    const instants = instantsOf(times, day);
    const next = instants[countUntil(instants, atMs)];
    if (next !== undefined) return next;
  }
  return Infinity;
}

const countedDays = 400;

/** How many instants are after `fromMs` and not after `untilMs`; of more than 400 days only the last 400 are counted. */
export function instantsBetween(times: CronTimes, fromMs: number, untilMs: number): number {
  const from = Math.max(dayAt(times, fromMs) - 1, dayAt(times, untilMs) - countedDays);
  let count = 0;
  for (let day = from; day <= dayAt(times, untilMs) + 1; day += 1) {
    const instants = instantsOf(times, day);
    count += Math.max(0, countUntil(instants, untilMs) - countUntil(instants, fromMs));
  }
  return count;
}
