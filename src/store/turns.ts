import type { Turn, TurnWish } from './store.ts';

/** The answer of a script or of the memory as a turn: 0 is now, less is too late, more are milliseconds to wait. */
export function turnOf(answer: number): Turn {
  if (answer === 0) return { is: 'now' };
  return answer < 0 ? { is: 'too_late' } : { is: 'later', afterMs: answer };
}

/** The row of one place in memory. */
export interface Row {
  /** When the turn of each one that waits may begin. */
  readonly begins: Map<string, number>;
  beganMs: number | null;
  turn: { readonly holder: string; readonly untilMs: number } | null;
}

/** What `turn-scripts.ts` does in Redis, for one process. */
export function takeTurn(row: Row, { holder, gapMs, leaseMs, withinMs }: TurnWish, nowMs: number): number {
  const turn = row.turn !== null && row.turn.untilMs > nowMs ? row.turn : null;
  if (turn?.holder === holder) {
    row.turn = { holder, untilMs: nowMs + leaseMs };
    return 0;
  }
  for (const [who, ms] of row.begins) if (ms < nowMs - gapMs - 2 * leaseMs) row.begins.delete(who);
  const free = row.beganMs === null ? nowMs : row.beganMs + gapMs;
  const last = Math.max(...row.begins.values());
  const beginsMs = row.begins.get(holder) ?? Math.max(nowMs, free, last + gapMs);
  const busyMs = turn === null ? 0 : Math.min(turn.untilMs - nowMs, Math.max(gapMs, 500));
  const waitMs = Math.max(beginsMs - nowMs, free - nowMs, busyMs);
  if (waitMs > withinMs) {
    row.begins.delete(holder);
    return -1;
  }
  if (waitMs > 0) {
    row.begins.set(holder, beginsMs);
    return Math.ceil(waitMs);
  }
  row.begins.delete(holder);
  row.beganMs = nowMs;
  row.turn = { holder, untilMs: nowMs + leaseMs };
  return 0;
}
