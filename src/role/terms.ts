import { longestEveryMs } from '../federation/cadence.ts';
import type { Partner } from '../federation/partner.ts';

type Pace = Pick<Partner, 'everyMs' | 'timeoutMs' | 'cron'>;

/** What the partners behind an edge want of its examination, milliseconds. */
export interface EdgeTerms {
  readonly timeoutMs: number;
  readonly keepMs: number;
}

const shortestKeepMs = 600_000;

/** How long evidence is of use to a partner: it is stale after three intervals, and a pause must not lose it. */
export function keptMs(partner: Pick<Partner, 'everyMs' | 'cron'>): number {
  return Math.max(10 * partner.everyMs, 4 * longestEveryMs(partner), shortestKeepMs);
}

/**
 * One examination for all who share an edge, whoever asked first: as patient as the most patient of them, within half
 * of the shortest interval; kept for the slowest. `asked` counts when nobody else is known.
 */
export function termsOf(asked: Pace, behind: readonly Pace[]): EdgeTerms {
  const all = behind.length === 0 ? [asked] : behind;
  const intervals = all.map(({ everyMs }) => everyMs);
  const longestMs = Math.max(...all.map(({ timeoutMs }) => timeoutMs));
  return {
    timeoutMs: Math.min(longestMs, Math.floor(Math.min(...intervals) / 2)),
    keepMs: Math.max(...all.map(keptMs)),
  };
}

/** So many edges of a partner are examined at once; the others follow. */
export const edgesAtOnce = 4;

/** The others are spread over at most this share of the interval: with half of it for the last one, all end before the next slot. */
const spreadShare = 0.4;

/**
 * How long each edge of a partner's slot waits, in route order: one whose edges all hang takes a few lanes of a worker
 * and not all of them. The others follow as fast as hanging ones make room, or closer where the interval is too short.
 */
export function delaysMs(count: number, { everyMs, timeoutMs }: Pace): readonly number[] {
  const later = Math.max(1, count - edgesAtOnce);
  const gapMs = Math.min(timeoutMs / edgesAtOnce, (everyMs * spreadShare) / later);
  return Array.from({ length: count }, (_, at) => Math.round(Math.max(0, at + 1 - edgesAtOnce) * gapMs));
}
