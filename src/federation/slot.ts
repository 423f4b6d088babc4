/**
 * A slot further ahead of the clock than this, milliseconds, was planned while the clock was wrong: nobody plans ahead,
 * and clocks that are looked after differ by less.
 */
export const mostAheadMs = 60_000;

/** Whether a slot was planned while the clock was wrong: it is nobody's turn then, and it fences nothing. */
export function isFarAhead(slotMs: number, nowMs: number): boolean {
  return slotMs > nowMs + mostAheadMs;
}
