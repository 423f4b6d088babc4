import { followingInstant, instantsBetween, newestInstant } from '../federation/cron.ts';
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

/** What decides when a partner is examined. */
export type Scheduled = Pick<Partner, 'domain' | 'everyMs' | 'cron'>;

/** Partners of one cron expression are spread over the minute that it names. */
const spreadMs = 60_000;

/** The scheduler wakes at whole seconds. */
const wakeMs = 1_000;

/** Reckoned once for each partner: every tick asks for those of all. */
const delays = new WeakMap<Scheduled, number>();

/** How long after the beginning of an interval, or after an instant of its expression, a partner has its slot. */
function delayMs(partner: Scheduled): number {
  const known = delays.get(partner);
  if (known !== undefined) return known;
  const { domain, everyMs, cron } = partner;
  const span = cron === undefined ? everyMs : Math.min(everyMs, spreadMs);
  // A slot between two wakes would be late by what is left of the second, whatever the workers do.
  const delay = Math.floor((spreadHash(domain) % span) / wakeMs) * wakeMs;
  delays.set(partner, delay);
  return delay;
}

/** The newest slot of a partner that is not in the future: arithmetic on the UTC epoch, nothing is remembered. */
export function slotAt(partner: Scheduled, nowMs: number): number {
  const { everyMs, cron } = partner;
  const offset = delayMs(partner);
  if (cron !== undefined) return newestInstant(cron, nowMs - offset) + offset;
  return Math.floor((nowMs - offset) / everyMs) * everyMs + offset;
}

/** The first slot of a partner after an instant. */
export function slotAfter(partner: Scheduled, atMs: number): number {
  const { everyMs, cron } = partner;
  const offset = delayMs(partner);
  return cron === undefined ? slotAt(partner, atMs) + everyMs : followingInstant(cron, atMs - offset) + offset;
}

/** The beginning of the interval that an instant is in; partners of one interval or one expression share it. */
export function windowAt(partner: Scheduled, atMs: number): number {
  const { everyMs, cron } = partner;
  if (cron !== undefined) return newestInstant(cron, atMs - delayMs(partner));
  return Math.floor(atMs / everyMs) * everyMs;
}

/** How many slots of a partner are after one instant and not after another. */
function slotsBetween(partner: Scheduled, fromMs: number, untilMs: number): number {
  const { everyMs, cron } = partner;
  const offset = delayMs(partner);
  if (cron !== undefined) return instantsBetween(cron, fromMs - offset, untilMs - offset);
  return (slotAt(partner, untilMs) - slotAt(partner, fromMs)) / everyMs;
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
    const passed = slotsBetween(partner, since, slotMs);
    late += runs ? passed - 1 : passed;
  }
  return { due, late };
}
