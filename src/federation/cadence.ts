import { followingInstant, newestInstant } from './cron.ts';
import type { Partner } from './partner.ts';
import type { Standing } from './standing.ts';
import { isBroken } from './state.ts';

/** How examinations follow what was found. Times in milliseconds. */
export interface Cadence {
  /** A first failure is looked at again after this to twice this. */
  readonly confirmAfterMs: number;
  /** Who was published as broken for longer is examined less often. */
  readonly slowAfterMs: number;
  /** Then only every nth slot is taken; 1: never less often. */
  readonly slowFactor: number;
}

export const defaultCadence: Cadence = { confirmAfterMs: 30_000, slowAfterMs: 86_400_000, slowFactor: 4 };

type Paced = Pick<Partner, 'everyMs' | 'cadence' | 'cron'>;
type Seen = Pick<Standing, 'state' | 'sinceMs' | 'cause' | 'recent'>;

const works = ({ state }: Seen['recent'][number]): boolean => state === 'healthy' || state === 'degraded';

/** How many of its slots make one examination: more than 1 only while it is long published as broken, and fails. */
function slotsEach({ cadence, cron }: Paced, standing: Seen | null, atMs: number): number {
  // An expression is taken at its word: it has no count of slots of which every nth could be taken.
  if (cron !== undefined || cadence === undefined || standing === null || !isBroken(standing.state)) return 1;
  const newest = standing.recent.at(-1);
  if (newest !== undefined && works(newest)) return 1;
  return atMs - standing.sinceMs > cadence.slowAfterMs ? cadence.slowFactor : 1;
}

/** A standing older than this many intervals is not shown as knowledge any more. */
export const staleAfterIntervals = 3;

/** An instant of an expression is reckoned as passed so much later: partners have their slots within a minute of it. */
const spreadMs = 60_000;

/**
 * How often a partner is examined as it stands, milliseconds. With a cron expression so long that evidence is stale when
 * three instants have passed without an examination: over a week-end nobody promised to look.
 */
export function effectiveEveryMs(partner: Paced, standing: Seen | null, nowMs: number): number {
  const { everyMs, cron } = partner;
  if (cron === undefined) return everyMs * slotsEach(partner, standing, nowMs);
  const oldestMs = newestInstant(cron, nowMs - spreadMs, staleAfterIntervals);
  return Math.max(everyMs, (nowMs - oldestMs) / staleAfterIntervals);
}

/** Slots outside the grid share the examination of an edge for so long: many partners of a dead edge cost one connection in this time. */
export const extraWindowMs = 30_000;

/** How often a partner is examined as it stands, and why. */
export interface Pace {
  /** As configured; once more soon, since what was found last is the first of its sort; less often, since it is long broken; by a cron expression. */
  readonly is: (typeof paces)[number];
  /** Milliseconds; while something is confirmed, within so long of the last examination. Null: the expression says. */
  readonly everyMs: number | null;
}

export const paces = ['regular', 'confirming', 'slowed', 'cron'] as const;

/** The cadence in force; a confirmation that did not come in its time is not waited for. */
export function paceOf(partner: Paced, standing: (Seen & Pick<Standing, 'examinedMs'>) | null, nowMs: number): Pace {
  const { everyMs, cron, cadence } = partner;
  if (cadence !== undefined && standing !== null && needsConfirmation(standing)) {
    const soonMs = 2 * cadence.confirmAfterMs + extraWindowMs;
    if (soonMs < everyMs && nowMs - standing.examinedMs <= soonMs) return { is: 'confirming', everyMs: soonMs };
  }
  if (cron !== undefined) return { is: 'cron', everyMs: null };
  const nowEveryMs = effectiveEveryMs(partner, standing, nowMs);
  return { is: nowEveryMs === everyMs ? 'regular' : 'slowed', everyMs: nowEveryMs };
}

/**
 * Until when what an examination found is shown as knowledge, epoch milliseconds: three intervals, and with a cron
 * expression until three of its instants have passed.
 */
export function staleAtMs(partner: Paced, standing: Seen & Pick<Standing, 'examinedMs'>, nowMs: number): number {
  const { everyMs, cron } = partner;
  const { examinedMs } = standing;
  if (cron === undefined) return examinedMs + staleAfterIntervals * effectiveEveryMs(partner, standing, nowMs);
  let instantMs = examinedMs;
  for (let passed = 0; passed < staleAfterIntervals; passed += 1) instantMs = followingInstant(cron, instantMs);
  return Math.max(examinedMs + staleAfterIntervals * everyMs, instantMs + spreadMs);
}

/** The longest time between two slots of a partner, milliseconds. */
export function longestEveryMs({ everyMs, cron }: Pick<Partner, 'everyMs' | 'cron'>): number {
  return cron?.gapMs ?? everyMs;
}

/**
 * Whether a slot is left out because the partner is long dead. All rest in the same slots, so that those behind one dead
 * edge share its examination.
 */
export function rests(partner: Paced, standing: Seen | null, slotMs: number): boolean {
  return Math.floor(slotMs / partner.everyMs) % slotsEach(partner, standing, slotMs) !== 0;
}

/**
 * Until when no slot of a partner rests whatever is found meanwhile, epoch milliseconds, by what is published of it at an
 * instant: who begins to be broken is examined as usual for a while.
 */
export function regularUntilMs({ cadence, cron }: Paced, standing: Seen | null, atMs: number): number {
  if (cron !== undefined || cadence === undefined || cadence.slowFactor === 1) return Infinity;
  const fromMs = standing !== null && isBroken(standing.state) ? standing.sinceMs : atMs;
  return fromMs + cadence.slowAfterMs;
}

/**
 * Whether what was found last is the first of its sort and should be seen again soon: a failure of a partner that is not
 * published as broken, or a success of one that is. Who flaps is not chased.
 */
export function needsConfirmation({ state, cause, recent }: Seen): boolean {
  const [before, newest] = [recent.at(-2), recent.at(-1)];
  if (newest === undefined || cause?.code === 'partner_flapping') return false;
  const isNews = isBroken(state) ? works : ({ state: each }: Seen['recent'][number]): boolean => isBroken(each);
  return isNews(newest) && (before === undefined || !isNews(before));
}
