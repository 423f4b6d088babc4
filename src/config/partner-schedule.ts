import type { CronTimes } from '../federation/cron.ts';
import { cronSchedule } from './cron.ts';
import { formatDuration } from './duration.ts';
import type { Mistake } from './mistake.ts';
import { shown } from './mistakes-of.ts';
import type { YamlFile } from './yaml-file.ts';
import type { Path } from './yaml-value.ts';

/** What the file says of when partners are examined. */
export interface WrittenSchedule {
  readonly every?: number | undefined;
  readonly cron?: string | undefined;
  readonly timezone?: string | undefined;
}

/** When partners are examined: at every interval, or at the instants of an expression whose shortest distance is `everyMs`. */
export interface Schedule {
  readonly everyMs: number;
  readonly cron?: CronTimes;
  /** The time zone of expressions that name none; absent: UTC. */
  readonly timezone?: string;
}

function expressed(
  file: YamlFile,
  path: Path,
  expression: string,
  timezone: string,
  mistakes: Mistake[],
): Schedule | null {
  const schedule = cronSchedule(expression, timezone);
  if (typeof schedule !== 'string') return { everyMs: schedule.everyMs, cron: schedule.times };
  const expected = 'expected an expression such as "*/10 8-18 * * 1-5"';
  mistakes.push(file.mistake([...path, 'cron'], `got ${shown(expression)}: ${schedule}; ${expected}`));
  return null;
}

/** What is written at `path`, laid over what holds otherwise. What cannot be used is a mistake and leaves that as it was. */
export function scheduleOf(
  file: YamlFile,
  path: Path,
  { every, cron, timezone }: WrittenSchedule,
  otherwise: Schedule,
  mistakes: Mistake[],
): Schedule {
  if (every !== undefined && cron !== undefined) {
    mistakes.push(file.mistake([...path, 'cron'], 'stands beside every, expected one of the two', 'key'));
    return otherwise;
  }
  if (every !== undefined) return { everyMs: every };
  const expression = cron ?? otherwise.cron?.expression;
  const zone = timezone ?? otherwise.timezone ?? otherwise.cron?.timezone ?? 'UTC';
  if (expression === undefined || (cron === undefined && timezone === undefined)) return otherwise;
  return expressed(file, path, expression, zone, mistakes) ?? otherwise;
}

/** The words for the time that a timeout may take half of. */
export function halfOf({ everyMs, cron }: Schedule): string {
  return cron === undefined
    ? `half of every (${formatDuration(everyMs)})`
    : `half of the shortest time between two instants of cron (${formatDuration(everyMs)})`;
}
