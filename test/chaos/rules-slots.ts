import { toleranceMs } from '../../src/schedule/plan.ts';
import {
  byPartner,
  epochsOf,
  isClaimed,
  isCommitted,
  type Committed,
  type Fault,
  type History,
  type WatchedPartner,
} from './history.ts';

const at = (ms: number): string => new Date(ms).toISOString();

/** The results of each partner between two times that Redis was emptied. */
function rows(history: History): readonly (readonly Committed[])[] {
  return epochsOf(history.entries).flatMap((epoch) => [...byPartner(epoch.filter(isCommitted)).values()]);
}

export function once(history: History): readonly string[] {
  return rows(history).flatMap((row) => {
    const seen = new Set<number>();
    return row.flatMap(({ partner, slotMs }) => {
      const again = seen.has(slotMs);
      seen.add(slotMs);
      return again ? [`${partner}: the slot of ${at(slotMs)} was committed again`] : [];
    });
  });
}

export function monotonic(history: History): readonly string[] {
  return rows(history).flatMap((row) => {
    let newestMs = -Infinity;
    return row.flatMap(({ partner, slotMs }) => {
      const back = slotMs < newestMs;
      newestMs = Math.max(newestMs, slotMs);
      return back ? [`${partner}: the slot of ${at(slotMs)} was committed after that of ${at(newestMs)}`] : [];
    });
  });
}

/** Whose slots they are, whether they lie on the partner's grid, and that none was done before its time. */
export function onTheGrid({ partners, entries }: History): readonly string[] {
  const known = new Map(partners.map((each) => [each.partner, each]));
  return entries.filter(isCommitted).flatMap(({ partner, slotMs, atMs }) => {
    const plan = known.get(partner);
    if (plan === undefined) return [`${partner}: nobody watches it`];
    if ((slotMs - plan.offsetMs) % plan.everyMs !== 0) return [`${partner}: ${at(slotMs)} is none of its slots`];
    return slotMs > atMs ? [`${partner}: the slot of ${at(slotMs)} was committed before it was due`] : [];
  });
}

/** A slot that was due and never committed. */
export interface Loss {
  readonly partner: string;
  readonly slotMs: number;
  readonly claimedMs: number | null;
  /** Why that is no fault of the service; null: it is. */
  readonly excuse: 'in flight' | 'halted' | null;
}

/** What waited in its sockets is taken by then, and the look at what it wrote comes every 20 ms. */
export const drainMs = 100;

/** A tick comes every second, and needs a little. */
const tickMs = 1_200;

/** The longest stretch between two instants that none of these covers. */
function longestFreeMs(fromMs: number, untilMs: number, taken: readonly (readonly [number, number])[]): number {
  let [freeFromMs, longestMs] = [fromMs, 0];
  for (const [begin, end] of [...taken].sort((a, b) => a[0] - b[0])) {
    longestMs = Math.max(longestMs, Math.min(begin, untilMs) - freeFromMs);
    freeFromMs = Math.max(freeFromMs, end);
  }
  return Math.max(longestMs, untilMs - freeFromMs);
}

/**
 * The slots that were due and have no result. Two excuses count, and no other:
 *   in flight  it was claimed, and a fault came, or lasted, within `settleMs` after the claim. A fault excuses one slot of
 *              a partner, and one more for each whole interval it lasted. What was asked of a Redis that hung is carried out
 *              when it goes on, and nobody waits for the answer any more: within `drainMs` it was in flight.
 *   halted     it was not claimed, and in all the time in which it could be, faults that halt everybody (and
 *              `recoverMs` after each) left no stretch that is long enough for a tick.
 */
export function lostSlots(history: History): readonly Loss[] {
  const committed = new Set(
    history.entries.filter(isCommitted).map(({ partner, slotMs }) => `${partner} ${String(slotMs)}`),
  );
  const claims = new Map(
    history.entries.filter(isClaimed).map((each) => [`${each.partner} ${String(each.slotMs)}`, each.atMs]),
  );
  return history.partners.flatMap((plan) => {
    const used = new Map<Fault, number>();
    return slotsOf(plan, history)
      .filter((slotMs) => !committed.has(`${plan.partner} ${String(slotMs)}`))
      .map((slotMs) => {
        const claimedMs = claims.get(`${plan.partner} ${String(slotMs)}`) ?? null;
        const excuse = claimedMs === null ? halted(history, plan, slotMs) : inFlight(history, plan, claimedMs, used);
        return { partner: plan.partner, slotMs, claimedMs, excuse };
      });
  });
}

function slotsOf({ everyMs, offsetMs }: WatchedPartner, { fromMs, untilMs }: History): readonly number[] {
  const first = Math.ceil((fromMs - offsetMs) / everyMs);
  const last = Math.floor((untilMs - offsetMs) / everyMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * everyMs + offsetMs);
}

function halted({ faults, limits }: History, { everyMs }: WatchedPartner, slotMs: number): Loss['excuse'] {
  const away = faults
    .filter(({ halts }) => halts)
    .map((each) => [each.fromMs, each.untilMs + limits.recoverMs] as const);
  return longestFreeMs(slotMs, slotMs + toleranceMs(everyMs), away) < tickMs ? 'halted' : null;
}

function inFlight(
  { faults, limits }: History,
  { everyMs }: WatchedPartner,
  claimedMs: number,
  used: Map<Fault, number>,
): Loss['excuse'] {
  const room = (fault: Fault): boolean =>
    (used.get(fault) ?? 0) < 1 + Math.floor((fault.untilMs - fault.fromMs) / everyMs);
  const lasted = ({ untilMs, halts }: Fault): number => untilMs + (halts ? drainMs : 0);
  const hit = faults.find(
    (fault) => fault.fromMs <= claimedMs + limits.settleMs && lasted(fault) >= claimedMs && room(fault),
  );
  if (hit === undefined) return null;
  used.set(hit, (used.get(hit) ?? 0) + 1);
  return 'in flight';
}
