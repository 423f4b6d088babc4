import { isBroken } from '../../src/federation/state.ts';
import { isCommitted, isTold, type History, type Outage } from './history.ts';

const at = (ms: number): string => new Date(ms).toISOString();

/** What happens within this much of the edge of an outage may have been seen on either side of it. */
export const edgeMs = 1_000;

const touches = ({ fromMs, untilMs }: Outage, ms: number): boolean => ms >= fromMs - edgeMs && ms <= untilMs + edgeMs;

/**
 * Whoever worked all the time is told as healthy and as nothing else: each examination that a change for the worse rests
 * on lies in an outage of that partner.
 */
export function toldFalsely({ entries, outages, hysteresis }: History): readonly string[] {
  const results = new Map(
    entries.filter(isCommitted).map((each) => [`${each.partner} ${String(each.slotMs)}`, each.recent]),
  );
  return entries.filter(isTold).flatMap(({ partner, slotMs, to }) => {
    if (to === 'healthy') return [];
    const own = outages.filter((each) => each.partner === partner);
    const recent = results.get(`${partner} ${String(slotMs)}`) ?? [];
    const failed = (to === 'degraded' ? recent : recent.slice(-hysteresis.down)).filter(
      ({ state }) => state !== 'healthy',
    );
    const isTrue = failed.length > 0 && failed.every(({ atMs }) => own.some((outage) => touches(outage, atMs)));
    return isTrue ? [] : [`${partner}: ${to} was told for the slot of ${at(slotMs)}, and it worked`];
  });
}

/** No examination in the midst of an outage may find the partner well. */
export function healthyInOutage({ entries, outages }: History): readonly string[] {
  return entries.filter(isCommitted).flatMap(({ partner, slotMs, recent }) => {
    const newest = recent.at(-1);
    if (newest?.state !== 'healthy') return [];
    const within = outages.some(
      (each) => each.partner === partner && newest.atMs > each.fromMs + edgeMs && newest.atMs < each.untilMs - edgeMs,
    );
    return within ? [`${partner}: found healthy in the slot of ${at(slotMs)}, and it was not`] : [];
  });
}

/** When an outage has to be told at the latest: so many examinations, the last one's budget, and a tick to begin it. */
function dueMs({ partners, hysteresis }: History, { partner, fromMs }: Outage): number {
  const plan = partners.find((each) => each.partner === partner);
  return plan === undefined ? fromMs : fromMs + hysteresis.down * plan.everyMs + plan.timeoutMs + edgeMs;
}

/** Outages that are expected to be told and were not, in time and by their name. */
export function unnoticed(history: History): readonly string[] {
  return history.outages.flatMap((outage) => {
    if (outage.expects === null) return [];
    const { state, code } = outage.expects;
    const told = history.entries
      .filter(isTold)
      .filter((each) => each.partner === outage.partner && isBroken(each.to))
      .find((each) => each.atMs >= outage.fromMs && each.atMs <= dueMs(history, outage));
    if (told?.to === state && told.code === code) return [];
    const said = told === undefined ? 'nothing was told in time' : `${told.to} (${String(told.code)}) was told`;
    return [`${outage.partner}: ${state} (${code}) since ${at(outage.fromMs)}, and ${said}`];
  });
}
