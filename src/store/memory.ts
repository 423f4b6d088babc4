import { edgeId } from '../federation/edge.ts';
import { createDecoder, encoded, slotOf, type CodedStore, type Decoder } from './codec.ts';
import { edgeCursorKeptMs, keysOf, mostEvents, type Keys } from './keys.ts';
import { isBaseline, isChange } from './shape-baseline.ts';
import { isEdgeEvidence, isRouteEvidence, isStanding } from './shape.ts';
import { checkClaims } from './claims.ts';
import { takeTurn, turnOf, type Row } from './turns.ts';
import { StoreUnavailable, type Claim, type Store, type Tally } from './store.ts';
import { fieldsOf, tallyOf } from './tally.ts';

/** What a store in memory consists of: texts as in Redis, so that what is read was never shared with the writer. */
export interface Memory {
  readonly values: Map<string, string>;
  readonly cursors: Map<string, Map<string, number>>;
  readonly indexes: Map<string, Set<string>>;
  readonly tallies: Map<string, Map<string, number>>;
  readonly rows: Map<string, Row>;
  /** Oldest first. */
  events: string[];
}

export function emptyMemory(): Memory {
  return { values: new Map(), cursors: new Map(), indexes: new Map(), tallies: new Map(), rows: new Map(), events: [] };
}

interface Parts {
  readonly memory: Memory;
  readonly keys: Keys;
  readonly decoder: Decoder;
  /** Runs now and answers later, as a store over a network does; rejects once the store is closed. */
  readonly later: <T>(run: () => T) => Promise<T>;
}

/** The store of one process: the same answers as the one in Redis; nothing expires and nothing outlives the process. */
export function createMemoryStore(memory: Memory = emptyMemory()): CodedStore {
  let closed = false;
  const decoder = createDecoder();
  const later = <T>(run: () => T): Promise<T> =>
    new Promise((resolve) => {
      if (closed) throw new StoreUnavailable('the store in memory is closed');
      resolve(run());
    });
  const parts = { memory, keys: keysOf(), decoder, later };
  return {
    get ignoredValues() {
      return decoder.ignored;
    },
    ...cursors(parts),
    ...evidence(parts),
    ...standings(parts),
    ...expectations(parts),
    ...turns(parts),
    ping: () => later(() => undefined),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

function entryOf<Value>(map: Map<string, Value>, key: string, empty: () => Value): Value {
  const value = map.get(key) ?? empty();
  map.set(key, value);
  return value;
}

function cursors({ memory, keys, later }: Parts): Pick<Store, 'claimPartners' | 'claimEdges'> {
  const claim = (key: string, keptMs: number, wanted: readonly Claim[]): readonly Claim[] => {
    checkClaims(wanted);
    const cursor = entryOf(memory.cursors, key, () => new Map<string, number>());
    const granted = wanted.filter(({ id, slotMs }) => {
      if (slotMs <= (cursor.get(id) ?? -1)) return false;
      cursor.set(id, slotMs);
      return true;
    });
    const newestMs = granted.reduce((newest, { slotMs }) => Math.max(newest, slotMs), 0);
    for (const [id, slotMs] of cursor) if (slotMs < newestMs - keptMs) cursor.delete(id);
    return granted;
  };
  return {
    claimPartners: (wanted) => later(() => claim(keys.partnerCursor, Infinity, wanted)),
    claimEdges: (wanted) => later(() => claim(keys.edgeCursor, edgeCursorKeptMs, wanted)),
  };
}

function turns({ memory, later }: Parts): Pick<Store, 'takeTurn' | 'endTurn'> {
  return {
    takeTurn: (wish) =>
      later(() => {
        const row = entryOf(memory.rows, wish.place, () => ({ begins: new Map(), beganMs: null, turn: null }));
        return turnOf(takeTurn(row, wish, Date.now()));
      }),
    endTurn: (place, holder) =>
      later(() => {
        const row = memory.rows.get(place);
        if (row?.turn?.holder === holder) row.turn = null;
      }),
  };
}

function readAll<T>(
  { memory, decoder }: Parts,
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

function evidence(parts: Parts): Pick<Store, 'recordRoute' | 'recordEdge' | 'partnersOf' | 'routes' | 'edges'> {
  const { memory, keys, decoder, later } = parts;
  const record = (key: string, slotMs: number, value: string): boolean => {
    const stored = slotOf(memory.values.get(key) ?? null);
    if (stored !== null && slotMs <= stored) return false;
    memory.values.set(key, value);
    return true;
  };
  const leave = (id: string, domain: string): void => {
    const index = memory.indexes.get(keys.partnersOf(id));
    index?.delete(domain);
    if (index !== undefined && index.size > 0) return;
    memory.indexes.delete(keys.partnersOf(id));
    memory.values.delete(keys.edge(id));
    memory.cursors.get(keys.edgeCursor)?.delete(id);
  };
  return {
    recordRoute: (route) =>
      later(() => {
        const key = keys.route(route.domain);
        const before = decoder.decode(memory.values.get(key) ?? null, isRouteEvidence);
        if (!record(key, route.slotMs, encoded.route(route))) return false;
        const joined = new Set(route.edges.map(edgeId));
        for (const id of joined)
          entryOf(memory.indexes, keys.partnersOf(id), () => new Set<string>()).add(route.domain);
        for (const id of (before?.edges ?? []).map(edgeId)) if (!joined.has(id)) leave(id, route.domain);
        return true;
      }),
    recordEdge: (edge) => later(() => record(keys.edge(edgeId(edge.edge)), edge.slotMs, encoded.edge(edge))),
    partnersOf: (edge) => later(() => [...(memory.indexes.get(keys.partnersOf(edge)) ?? [])].sort()),
    routes: (domains) => later(() => readAll(parts, domains, (domain) => keys.route(domain), isRouteEvidence)),
    edges: (ids) => later(() => readAll(parts, ids, (id) => keys.edge(id), isEdgeEvidence)),
  };
}

function tell(memory: Memory, event: string): void {
  if (memory.events.push(event) > mostEvents) memory.events.shift();
}

/** The slot of a baseline that can be read; null: there is none. */
function baselineSlot({ memory, decoder }: Parts, key: string): number | null {
  return decoder.decode(memory.values.get(key) ?? null, isBaseline)?.slotMs ?? null;
}

function expectations(parts: Parts): Pick<Store, 'baselines' | 'acceptBaseline'> {
  const { memory, keys, later } = parts;
  return {
    baselines: (domains) => later(() => readAll(parts, domains, (domain) => keys.baseline(domain), isBaseline)),
    acceptBaseline: (baseline, previousSlotMs, change) =>
      later(() => {
        const key = keys.baseline(baseline.domain);
        const [value, event] = [encoded.baseline(baseline), encoded.change(change)];
        if (baselineSlot(parts, key) !== previousSlotMs) return false;
        memory.values.set(key, value);
        tell(memory, event);
        return true;
      }),
  };
}

function standings(parts: Parts): Pick<Store, 'standings' | 'advance' | 'tallies' | 'events'> {
  const { memory, keys, decoder, later } = parts;
  return {
    standings: (domains) => later(() => readAll(parts, domains, (domain) => keys.standing(domain), isStanding)),
    advance: (standing, previousSlotMs, change, ticks, followed = null) =>
      later(() => {
        const key = keys.standing(standing.domain);
        const value = encoded.standing(standing);
        const event = change === null ? null : encoded.change(change);
        const baseline = followed === null ? null : encoded.baseline(followed.baseline);
        const told = followed?.changes.map(encoded.change) ?? [];
        const text = memory.values.get(key) ?? null;
        const stored = decoder.decode(text, isStanding)?.slotMs ?? null;
        if (stored !== previousSlotMs || (stored !== null && standing.slotMs <= stored)) return false;
        memory.values.set(key, value);
        const expected = keys.baseline(standing.domain);
        if (baseline !== null && baselineSlot(parts, expected) === followed?.previousSlotMs) {
          memory.values.set(expected, baseline);
          for (const each of told) tell(memory, each);
        }
        if (event !== null) tell(memory, event);
        const counters = entryOf(memory.tallies, keys.tally(standing.domain), () => new Map<string, number>());
        for (const field of fieldsOf(ticks)) counters.set(field, (counters.get(field) ?? 0) + 1);
        return true;
      }),
    tallies: (domains) =>
      later(() => {
        const found = new Map<string, Tally>();
        for (const domain of domains) {
          const { tally, ignored } = tallyOf(memory.tallies.get(keys.tally(domain)) ?? []);
          decoder.ignore(ignored);
          if (tally.failures.length > 0 || Object.keys(tally.runs).length > 0) found.set(domain, tally);
        }
        return found;
      }),
    events: (limit) =>
      later(() =>
        limit < 1
          ? []
          : memory.events
              .slice(-limit)
              .reverse()
              .map((text) => decoder.decode(text, isChange))
              .filter((change) => change !== null),
      ),
  };
}
