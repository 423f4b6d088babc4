import { isFarAhead } from '../federation/slot.ts';
import { checkClaims, grantOf, openFor } from './claims.ts';
import { edgeCursorKeptMs, mostOpen } from './keys.ts';
import { entryOf, fences, type MemoryParts } from './memory-parts.ts';
import { mostQuarantined, stillOut } from './quarantine.ts';
import type { Claim, Store } from './store.ts';
import { rotationOf, takeTurn, turnOf, type Row } from './turns.ts';

type Cursors = 'claimPartners' | 'claimEdges' | 'settleClaims' | 'openClaims';

/** Who does the work of a slot. */
export function cursors(parts: MemoryParts): Pick<Store, Cursors> {
  const { memory, keys, later, now } = parts;
  const claim = (key: string, keptMs: number, wanted: readonly Claim[]): readonly Claim[] => {
    checkClaims(wanted);
    const cursor = entryOf(memory.cursors, key, () => new Map<string, number>());
    const granted = wanted.filter(({ id, slotMs }) => {
      if (isFarAhead(slotMs, now()) || fences(parts, cursor.get(id), slotMs)) return false;
      cursor.set(id, slotMs);
      return true;
    });
    const newestMs = granted.reduce((newest, { slotMs }) => Math.max(newest, slotMs), 0);
    for (const [id, slotMs] of cursor) if (slotMs < newestMs - keptMs) cursor.delete(id);
    return granted;
  };
  const open = (): Map<string, number> => entryOf(memory.cursors, keys.open, () => new Map<string, number>());
  const newestFirst = (): readonly [string, number][] => [...open()].sort(([, a], [, b]) => b - a);
  return {
    claimPartners: (wanted) =>
      later(() => {
        const granted = claim(keys.partnerCursor, Infinity, wanted);
        if (granted.length > 0) open().set(grantOf(granted), now());
        return granted;
      }),
    claimEdges: (wanted) => later(() => claim(keys.edgeCursor, edgeCursorKeptMs, wanted)),
    settleClaims: (granted) => later(() => void open().delete(grantOf(granted))),
    openClaims: (ageMs) => later(() => openFor(newestFirst().slice(0, mostOpen), ageMs, now())),
  };
}

/** Who may connect to a place now. */
export function turns({ memory, later, now }: MemoryParts): Pick<Store, 'takeTurn' | 'endTurn'> {
  return {
    takeTurn: (wish) =>
      later(() => {
        const row = entryOf(memory.rows, wish.place, (): Row => ({
          begins: new Map(),
          sharers: new Map(),
          beganMs: null,
          turn: null,
        }));
        return turnOf(takeTurn(row, wish, now()), row.sharers.size, rotationOf(wish).fit);
      }),
    endTurn: (place, holder, agoMs) =>
      later(() => {
        const row = memory.rows.get(place);
        if (row?.turn?.holder !== holder) return;
        row.turn = null;
        if (agoMs !== undefined) row.beganMs = Math.max(row.beganMs ?? 0, now() - agoMs);
      }),
  };
}

/** Who is left out. */
export function quarantines({ memory, keys, later }: MemoryParts): Pick<Store, 'quarantine' | 'quarantined'> {
  const out = (): Map<string, number> => entryOf(memory.cursors, keys.quarantine, () => new Map<string, number>());
  return {
    quarantine: (id, untilMs) => later(() => void out().set(id, untilMs)),
    quarantined: (nowMs) =>
      later(() => stillOut([...out()].sort(([, a], [, b]) => b - a).slice(0, mostQuarantined), nowMs)),
  };
}
