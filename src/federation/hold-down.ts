import { isBroken, type JudgedState } from './state.ts';

/**
 * How long after a published change the next one waits, milliseconds. With the usual counts and an interval of a minute
 * or more nothing waits: two minutes pass before any change is confirmed. Partners examined more often are held.
 */
export const defaultHoldDownMs = 120_000;

export interface Transition {
  readonly from: JudgedState;
  readonly to: JudgedState;
}

const isGood = (state: JudgedState): boolean => state !== 'unknown' && !isBroken(state);

/** Whether a change counts: to lose all proof, and to prove health where nothing was known, is told at once and starts no hold-down. */
export function isCounted({ from, to }: Transition): boolean {
  return from !== to && to !== 'unknown' && !(from === 'unknown' && isGood(to));
}

/** Whether a change has to wait. After the clock went back nothing does. Pure. */
export function mustWait(transition: Transition, changedMs: number | null, nowMs: number, holdDownMs: number): boolean {
  if (changedMs === null || !isCounted(transition)) return false;
  return nowMs >= changedMs && nowMs - changedMs < holdDownMs;
}
