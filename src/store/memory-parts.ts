import { isFarAhead } from '../federation/slot.ts';
import { slotOf, type Decoder } from './codec.ts';
import type { Keys } from './keys.ts';
import type { KeptEntry } from './ledgers.ts';
import type { Row } from './turns.ts';

/** What a store in memory consists of: texts as in Redis, so that what is read was never shared with the writer. */
export interface Memory {
  readonly values: Map<string, string>;
  readonly cursors: Map<string, Map<string, number>>;
  readonly indexes: Map<string, Set<string>>;
  readonly tallies: Map<string, Map<string, number>>;
  readonly rows: Map<string, Row>;
  /** Each oldest first. */
  readonly ledgers: Map<string, readonly KeptEntry[]>;
  /** The texts of requests by digest. */
  readonly requests: Map<string, ReadonlyMap<string, string>>;
  /** Oldest first. */
  events: string[];
}

export function emptyMemory(): Memory {
  return {
    values: new Map(),
    cursors: new Map(),
    indexes: new Map(),
    tallies: new Map(),
    rows: new Map(),
    ledgers: new Map(),
    requests: new Map(),
    events: [],
  };
}

/** What the parts of this store share. */
export interface MemoryParts {
  readonly memory: Memory;
  readonly keys: Keys;
  readonly decoder: Decoder;
  /** Runs now and answers later, as a store over a network does; rejects once the store is closed. */
  readonly later: <T>(run: () => T) => Promise<T>;
  /** The store's own clock, epoch milliseconds. */
  readonly now: () => number;
}

/** The entry of a map, made where there was none. */
export function entryOf<Value>(map: Map<string, Value>, key: string, empty: () => Value): Value {
  const value = map.get(key) ?? empty();
  map.set(key, value);
  return value;
}

/** Whether something of a slot keeps out what is of another; what is far ahead of the clock keeps out nothing. */
export function fences({ now }: MemoryParts, stored: number | null | undefined, slotMs: number): boolean {
  return stored !== null && stored !== undefined && slotMs <= stored && !isFarAhead(stored, now());
}

/** Those of these values that are there and can be read. */
export function readAll<T>(
  { memory, decoder }: MemoryParts,
  names: readonly string[],
  keyOf: (name: string) => string,
  is: (body: unknown) => body is T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const name of names) {
    const body = decoder.decode(memory.values.get(keyOf(name)) ?? null, is);
    if (body !== null) found.set(name, body);
  }
  return found;
}

/** Keeps a value unless something as new is there. */
export function record(parts: MemoryParts, key: string, slotMs: number, value: string): boolean {
  const { memory } = parts;
  const stored = slotOf(memory.values.get(key) ?? null);
  if (fences(parts, stored, slotMs)) return false;
  memory.values.set(key, value);
  return true;
}
