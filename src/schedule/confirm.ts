import { extraWindowMs, needsConfirmation } from '../federation/cadence.ts';
import type { Partner } from '../federation/partner.ts';
import type { Standing } from '../federation/standing.ts';
import { slotAfter, slotAt, spreadHash, windowAt, type DueSlot } from './plan.ts';

type Planned = Pick<Partner, 'domain' | 'everyMs' | 'cadence' | 'cron'>;

/** Whether a slot is none of the partner's regular ones. */
export function isExtra(partner: Planned, slotMs: number): boolean {
  return partner.cadence !== undefined && slotAt(partner, slotMs) !== slotMs;
}

/**
 * The extra slot in which a first failure or a first recovery is looked at again; null when there is nothing to confirm
 * or a regular slot comes before it or within an edge window after it. Counted from the newest evidence, so that no window
 * holds both.
 */
export function confirmationOf(partner: Planned, standing: Standing): DueSlot | null {
  const { domain, cadence } = partner;
  if (cadence === undefined || !needsConfirmation(standing)) return null;
  const fromMs = Math.max(standing.slotMs, standing.examinedMs);
  const slotMs = fromMs + cadence.confirmAfterMs + (spreadHash(domain) % cadence.confirmAfterMs);
  return slotAfter(partner, standing.slotMs) < slotMs + extraWindowMs ? null : { domain, slotMs };
}

/**
 * The slot of an edge that serves a partner's slot. In regular slots all partners of one interval meet in the same
 * window. An extra slot asks for newer evidence, and so does the regular one after it while both lie in one window:
 * else one examination would count twice. Where a half minute holds what was judged and what is asked for, as when
 * somebody asks beside a slot, the later one has a window of its own.
 */
export function edgeWindowOf(partner: Planned, slotMs: number, judgedMs: number | null): number {
  const regularMs = windowAt(partner, slotMs);
  const usedMs = judgedMs !== null && judgedMs >= regularMs && judgedMs < slotMs ? judgedMs : null;
  if (!isExtra(partner, slotMs) && (usedMs === null || !isExtra(partner, usedMs))) return regularMs;
  const windowMs = Math.max(regularMs, Math.floor(slotMs / extraWindowMs) * extraWindowMs);
  return usedMs !== null && usedMs >= windowMs ? slotMs : windowMs;
}
