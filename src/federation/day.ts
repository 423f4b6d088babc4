import type { JudgedState } from './state.ts';

/**
 * What the examinations of the last day found, the worst of each half hour: one letter each, `.` where nobody looked,
 * the newest last. `endMs` is where the newest half hour begins, epoch milliseconds.
 */
export interface Day {
  readonly endMs: number;
  readonly found: string;
}

/** One half hour of a day; null: nobody looked. */
export interface HalfHour {
  readonly fromMs: number;
  readonly state: JudgedState | null;
}

export const halfHourMs = 30 * 60_000;
export const halfHoursKept = 48;

/** From best to worst, as they are written. */
const letters: readonly (readonly [string, JudgedState])[] = [
  ['h', 'healthy'],
  ['d', 'degraded'],
  ['n', 'unknown'],
  ['m', 'misconfigured'],
  ['r', 'refused'],
  ['u', 'unreachable'],
];
const rank = (letter: string): number => letters.findIndex(([each]) => each === letter);
const letterOf = (state: JudgedState): string => letters.find(([, each]) => each === state)?.[0] ?? '.';

/** The same with what one more examination found. One from before the newest half hour changes nothing. Pure. */
export function withFound(day: Day | undefined, atMs: number, state: JudgedState): Day {
  const endMs = Math.floor(atMs / halfHourMs) * halfHourMs;
  const letter = letterOf(state);
  if (day === undefined || endMs - day.endMs >= halfHourMs * halfHoursKept) return { endMs, found: letter };
  if (endMs < day.endMs) return day;
  if (endMs === day.endMs) {
    const last = day.found.at(-1) ?? '.';
    return { endMs, found: day.found.slice(0, -1) + (rank(letter) > rank(last) ? letter : last) };
  }
  const gap = '.'.repeat((endMs - day.endMs) / halfHourMs - 1);
  return { endMs, found: (day.found + gap + letter).slice(-halfHoursKept) };
}

/** The half hours up to now, oldest first, as many as a day has. Pure. */
export function halfHoursOf(day: Day | undefined, nowMs: number): readonly HalfHour[] {
  const lastMs = Math.floor(nowMs / halfHourMs) * halfHourMs;
  return Array.from({ length: halfHoursKept }, (_, at) => {
    const fromMs = lastMs - (halfHoursKept - 1 - at) * halfHourMs;
    const back = day === undefined ? -1 : (day.endMs - fromMs) / halfHourMs;
    const letter = back < 0 ? undefined : day?.found.at(-1 - back);
    return { fromMs, state: letters.find(([each]) => each === letter)?.[1] ?? null };
  });
}
