import type { Clock } from '../net/clock.ts';
import type { Log } from './log.ts';

/** At most `lines` per key in each window of `windowMs`, and at most `total` of all keys in any time as long. */
export interface Damping {
  readonly lines: number;
  readonly windowMs: number;
  /** Absent: any number. */
  readonly total?: number;
}

/** With the line or two that are told without damping, an outage makes at most 10 lines a minute. */
export const defaultDamping: Damping = { lines: 1, windowMs: 60_000, total: 8 };

/** More keys than this are not told apart: the oldest are forgotten. */
const mostKeys = 500;

interface Window {
  readonly startedMs: number;
  readonly passed: number;
  readonly swallowed: number;
}

/** Decides line by line: the number swallowed since the last line of this key that passed, or null to swallow this one. */
export type Damper = (key: string, nowMs: number) => number | null;

export function createDamper(damping: Damping): Damper {
  const windows = new Map<string, Window>();
  const { total = Infinity } = damping;
  /** When the last lines passed, as many as count. */
  let passedAt: readonly number[] = [];
  return (key, nowMs) => {
    passedAt = passedAt.filter((atMs) => atMs <= nowMs && nowMs - atMs < damping.windowMs);
    const window = windows.get(key);
    const fresh = window === undefined || nowMs - window.startedMs >= damping.windowMs || nowMs < window.startedMs;
    const passed = fresh ? 0 : window.passed;
    const swallowed = window?.swallowed ?? 0;
    const passes = passed < damping.lines && passedAt.length < total;
    if (passes && total !== Infinity) passedAt = [...passedAt, nowMs];
    windows.delete(key);
    windows.set(key, {
      startedMs: fresh ? nowMs : window.startedMs,
      passed: passes ? passed + 1 : passed,
      swallowed: passes ? 0 : swallowed + 1,
    });
    const oldest = windows.keys().next();
    if (windows.size > mostKeys && oldest.done !== true) windows.delete(oldest.value);
    return passes ? swallowed : null;
  };
}

/** A log that says each message at most so often; the next line says how many were swallowed. Debug lines pass. */
export function damped(log: Log, clock: Clock, damping: Damping = defaultDamping): Log {
  const decide = createDamper(damping);
  const say = (level: 'info' | 'warn' | 'error', fields: object, message: string): void => {
    const swallowed = decide(`${level} ${message}`, clock.monotonic());
    if (swallowed === null) return;
    log[level](swallowed === 0 ? fields : { ...fields, swallowed }, message);
  };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => say('info', fields, message),
    warn: (fields, message) => say('warn', fields, message),
    error: (fields, message) => say('error', fields, message),
  };
}
