import { isClaimed, isCommitted, type History } from './history.ts';
import { changesAreTold, continues, followsHysteresis, toldOnce } from './rules-changes.ts';
import { lostSlots, monotonic, once, onTheGrid, type Loss } from './rules-slots.ts';
import { healthyInOutage, toldFalsely, unnoticed } from './rules-truth.ts';

/** One way in which a history breaks a promise, for a person to read. */
export interface Violation {
  readonly rule: string;
  readonly says: string;
}

type Rule = (history: History) => readonly string[];

/** What a history has to hold. Each has a forged history that breaks it and no other (`check.test.ts`). */
export const rules = {
  'each slot is committed at most once': once,
  'slots only go forward': monotonic,
  'slots are those of the plan': onTheGrid,
  'no slot is lost but the one in flight': (history) => lostSlots(history).filter(isInexcusable).map(saysOf),
  'a result continues the one before it': continues,
  'a change is told once': toldOnce,
  'what is told is what was committed': changesAreTold,
  'a change has its proof': followsHysteresis,
  'nothing false is told': toldFalsely,
  'nothing is called healthy that is not': healthyInOutage,
  'an outage is noticed in time': unnoticed,
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

const isInexcusable = ({ excuse }: Loss): boolean => excuse === null;

function saysOf({ partner, slotMs, claimedMs }: Loss): string {
  const at = (ms: number): string => new Date(ms).toISOString();
  const how = claimedMs === null ? 'was never claimed' : `was claimed at ${at(claimedMs)} and never committed`;
  return `${partner}: the slot of ${at(slotMs)} ${how}`;
}

/** What is wrong with a history; empty: nothing. Pure. */
export function violationsIn(history: History): readonly Violation[] {
  return Object.entries(rules).flatMap(([rule, broken]) => broken(history).map((says) => ({ rule, says })));
}

/** How much a history holds, for the report. */
export interface Weight {
  readonly committed: number;
  readonly told: number;
  readonly faults: number;
  /** Slots that were in flight at a fault and not done. */
  readonly lostInFlight: number;
  /** Slots whose whole time nobody could work. */
  readonly lostWhileHalted: number;
  /** The longest time from a claim to its result while nothing was done to the service, milliseconds. */
  readonly longestMs: number;
}

function longestMs({ entries, faults }: History): number {
  const claims = new Map(
    entries.filter(isClaimed).map((each) => [`${each.partner} ${String(each.slotMs)}`, each.atMs]),
  );
  const times = entries.filter(isCommitted).flatMap(({ partner, slotMs, atMs }) => {
    const fromMs = claims.get(`${partner} ${String(slotMs)}`);
    if (fromMs === undefined || faults.some((each) => each.fromMs <= atMs && each.untilMs >= fromMs)) return [];
    return [atMs - fromMs];
  });
  return times.reduce((longest, each) => Math.max(longest, each), 0);
}

export function weightOf(history: History): Weight {
  const losses = lostSlots(history);
  const count = (is: string): number => history.entries.filter((entry) => entry.is === is).length;
  return {
    committed: count('committed'),
    told: count('told'),
    faults: history.faults.length,
    lostInFlight: losses.filter(({ excuse }) => excuse === 'in flight').length,
    lostWhileHalted: losses.filter(({ excuse }) => excuse === 'halted').length,
    longestMs: longestMs(history),
  };
}
