import { isFarAhead } from './slot.ts';
import type { CheckStanding, Standing } from './standing.ts';

/**
 * A standing that was written while the clock was far ahead, as it may be gone on from: what it knows stays, and none of
 * its instants is later than now. Else nobody could change it until that time: its hold-down would last, and what is
 * found now would have begun before it. Any other standing is returned as it is. Pure.
 */
export function broughtBack(standing: Standing, nowMs: number): Standing {
  if (!isFarAhead(standing.slotMs, nowMs)) return standing;
  const past = (ms: number): number => Math.min(ms, nowMs);
  const checks = Object.entries(standing.checks).map(([check, { lastRunMs, lastSuccessMs, tookMs }]) => {
    const success = lastSuccessMs === null ? null : past(lastSuccessMs);
    return [check, { lastRunMs: past(lastRunMs), lastSuccessMs: success, tookMs } satisfies CheckStanding] as const;
  });
  return {
    ...standing,
    examinedMs: past(standing.examinedMs),
    sinceMs: past(standing.sinceMs),
    ...(standing.changedMs === undefined ? {} : { changedMs: past(standing.changedMs) }),
    lastGoodMs: standing.lastGoodMs === null ? null : past(standing.lastGoodMs),
    recent: standing.recent.map(({ state, atMs }) => ({ state, atMs: past(atMs) })),
    checks: Object.fromEntries(checks),
  };
}
