import { paceOf, type Pace } from '../federation/cadence.ts';
import type { Published } from '../federation/published.ts';
import { span } from './words.ts';

/** The cadence in force; null while nothing is asked of the partner. */
export function paceNow({ partner, standing, reason }: Published, nowMs: number): Pace | null {
  return reason === 'stopped' || reason === 'quarantined' ? null : paceOf(partner, standing, nowMs);
}

/** `5 min`, and what of it holds now; of a cron expression its text. */
export function paceInWords(published: Published, nowMs: number): string {
  const { everyMs, cron } = published.partner;
  const pace = paceNow(published, nowMs);
  const usual = cron === undefined ? span(everyMs) : `${cron.expression} (${cron.timezone})`;
  if (pace === null) return `${usual}; not now`;
  const nowEveryMs = pace.everyMs ?? everyMs;
  switch (pace.is) {
    case 'confirming':
      return `${usual}; once more within ${String(Math.ceil(nowEveryMs / 1_000))} s of the last, to confirm what it found`;
    case 'slowed':
      return `${span(nowEveryMs)} now, since it is broken for long; ${usual} once it answers`;
    case 'regular':
    case 'cron':
      return usual;
  }
}
