import type { Partner } from '../federation/partner.ts';

/** One examination that is due: the planned instant in epoch milliseconds. */
export interface DueSlot {
  readonly domain: string;
  readonly slotMs: number;
}

export interface Plan {
  readonly due: readonly DueSlot[];
  /** Slots whose time has passed so far that running them would bunch with the next ones. */
  readonly late: number;
}

/** FNV-1a, 32 bits: a stable spread over an interval, the same on every machine and after every restart. */
export function spreadHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  // Without this last mixing, names that differ only at the end land close together.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

/** The newest slot of a partner that is not in the future: arithmetic on the UTC epoch, nothing is remembered. */
export function slotAt(partner: Pick<Partner, 'domain' | 'everyMs'>, nowMs: number): number {
  const offset = spreadHash(partner.domain) % partner.everyMs;
  return Math.floor((nowMs - offset) / partner.everyMs) * partner.everyMs + offset;
}

/** A slot may start this much late; later it is skipped and counted. */
export function toleranceMs(everyMs: number): number {
  return Math.min(everyMs / 2, 30_000);
}

/**
 * What is due now and was not looked at since `sinceMs` (the previous tick that was carried out; null at the first).
 * A slot that came due while nobody ticked is run when it is at most its tolerance late; of each partner only the
 * newest can be, every other one that passed is counted as late. A `sinceMs` in the future means that the clock went
 * back: then it says nothing, and what is run again is refused by the store, which grants each slot once.
 */
export function plan(partners: readonly Partner[], sinceMs: number | null, nowMs: number): Plan {
  const since = sinceMs === null || sinceMs > nowMs ? null : sinceMs;
  const due: DueSlot[] = [];
  let late = 0;
  for (const partner of partners) {
    const { domain, everyMs } = partner;
    const slotMs = slotAt(partner, nowMs);
    if (slotMs < 0 || (since !== null && slotMs <= since)) continue;
    const runs = nowMs - slotMs <= toleranceMs(everyMs);
    if (runs) due.push({ domain, slotMs });
    if (since === null) continue;
    const passed = (slotMs - slotAt(partner, since)) / everyMs;
    late += runs ? passed - 1 : passed;
  }
  return { due, late };
}
