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

type Paced = Pick<Partner, 'everyMs' | 'cadence'>;
type Seen = Pick<Standing, 'state' | 'sinceMs' | 'cause' | 'recent'>;

const works = ({ state }: Seen['recent'][number]): boolean => state === 'healthy' || state === 'degraded';

/** How many of its slots make one examination: more than 1 only while it is long published as broken, and fails. */
function slotsEach({ cadence }: Paced, standing: Seen | null, atMs: number): number {
  if (cadence === undefined || standing === null || !isBroken(standing.state)) return 1;
  const newest = standing.recent.at(-1);
  if (newest !== undefined && works(newest)) return 1;
  return atMs - standing.sinceMs > cadence.slowAfterMs ? cadence.slowFactor : 1;
}

/** How often a partner is examined as it stands, milliseconds. */
export function effectiveEveryMs(partner: Paced, standing: Seen | null, nowMs: number): number {
  return partner.everyMs * slotsEach(partner, standing, nowMs);
}

/**
 * Whether a slot is left out because the partner is long dead. All rest in the same slots, so that those behind one dead
 * edge share its examination.
 */
export function rests(partner: Paced, standing: Seen | null, slotMs: number): boolean {
  return Math.floor(slotMs / partner.everyMs) % slotsEach(partner, standing, slotMs) !== 0;
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
