import type { Turn, TurnWish } from './store.ts';

/** Of what would fill an interval to the end only so much is planned: those that wait must come to an end. */
const filledShare = 0.9;

/** How a sharer takes part where not all fit. */
export interface Rotation {
  /** Spreads those that rest over the slots. */
  readonly hash: number;
  /** For how long it counts as one of those that share the place. */
  readonly keepMs: number;
  /** Its slots, counted. */
  readonly number: number;
  /** How many turns fit between two of its slots; null: any number. */
  readonly fit: number | null;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export function rotationOf({ sharer, slotMs, everyMs, gapMs, leaseMs }: TurnWish): Rotation {
  const fit = gapMs === 0 ? null : Math.max(1, Math.floor((everyMs * filledShare) / gapMs));
  return { hash: hashOf(sharer), keepMs: 2 * everyMs + leaseMs, number: Math.floor(slotMs / everyMs), fit };
}

/** Whether a sharer rests in its slot: it has its turn in `fit` of `sharers` slots in a row, evenly, whoever else comes. */
function rests({ hash, number, fit }: Rotation, sharers: number): boolean {
  if (fit === null || sharers <= fit) return false;
  const from = number * fit + (hash % sharers);
  return Math.floor(from / sharers) === Math.floor((from - fit) / sharers);
}

/**
 * The answer of a script or of the memory as a turn: 0 is now, -1 too late, -2 not in this slot, more are milliseconds to
 * wait.
 */
export function turnOf(answer: number, sharers: number, fit: number | null): Turn {
  if (answer === 0) return { is: 'now' };
  if (answer === -2) return { is: 'rests', sharers, fit: fit ?? sharers };
  return answer < 0 ? { is: 'too_late' } : { is: 'later', afterMs: answer };
}

/** The row of one place in memory. */
export interface Row {
  /** When the turn of each one that waits may begin. */
  readonly begins: Map<string, number>;
  /** Until when each of those that share the place counts as one. */
  readonly sharers: Map<string, number>;
  beganMs: number | null;
  turn: { readonly holder: string; readonly untilMs: number } | null;
}

/** What `turn-scripts.ts` does in Redis, for one process. */
export function takeTurn(row: Row, wish: TurnWish, nowMs: number): number {
  const { holder, gapMs, leaseMs, withinMs } = wish;
  // The clock was set back: what was planned by it is void.
  if (row.beganMs !== null && row.beganMs > nowMs + 1000) {
    row.begins.clear();
    row.sharers.clear();
    [row.beganMs, row.turn] = [null, null];
  }
  const turn = row.turn !== null && row.turn.untilMs > nowMs ? row.turn : null;
  if (turn?.holder === holder) {
    row.turn = { holder, untilMs: nowMs + leaseMs };
    return 0;
  }
  for (const [who, ms] of row.begins) if (ms < nowMs - gapMs - 2 * leaseMs) row.begins.delete(who);
  const rotation = rotationOf(wish);
  for (const [who, untilMs] of row.sharers) if (untilMs < nowMs) row.sharers.delete(who);
  row.sharers.set(wish.sharer, nowMs + rotation.keepMs);
  if (!row.begins.has(holder) && rests(rotation, row.sharers.size)) return -2;
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
