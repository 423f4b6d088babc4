import { createDecoder, encoded, type CodedStore } from './codec.ts';
import { keysOf } from './keys.ts';
import { cursors, quarantines, turns } from './memory-claims.ts';
import { evidence } from './memory-evidence.ts';
import { emptyMemory, readAll, record, type Memory, type MemoryParts } from './memory-parts.ts';
import { expectations, standings } from './memory-standings.ts';
import { memoryOrders } from './orders.ts';
import { isLook } from './shape.ts';
import { singleValues } from './single-values.ts';
import { StoreUnavailable, type Store } from './store.ts';

/** The store of one process: the same answers as the one in Redis; nothing expires and nothing outlives the process. */
export function createMemoryStore(memory: Memory = emptyMemory(), now: () => number = Date.now): CodedStore {
  let closed = false;
  const decoder = createDecoder();
  const later = <T>(run: () => T): Promise<T> =>
    new Promise((resolve) => {
      if (closed) throw new StoreUnavailable('the store in memory is closed');
      resolve(run());
    });
  const seenFrom = (vantage: string | null): Store => {
    const parts = { memory, keys: keysOf(undefined, vantage), decoder, later, now };
    return {
      ...cursors(parts),
      ...evidence(parts),
      ...standings(parts),
      ...expectations(parts),
      ...turns(parts),
      ...memoryOrders(parts),
      ...looks(parts),
      ...single(parts),
      ...quarantines(parts),
      at: seenFrom,
      ping: () => later(() => undefined),
      time: () => later(now),
      close() {
        closed = true;
        return Promise.resolve();
      },
    };
  };
  return {
    get ignoredValues() {
      return decoder.ignored;
    },
    ...seenFrom(null),
  };
}

function looks(parts: MemoryParts): Pick<Store, 'recordLook' | 'looks'> {
  const { keys, later } = parts;
  return {
    recordLook: (look) => later(() => record(parts, keys.look(look.target), look.slotMs, encoded.look(look))),
    looks: (targets) => later(() => readAll(parts, targets, (target) => keys.look(target), isLook)),
  };
}

function single(parts: MemoryParts): ReturnType<typeof singleValues> {
  return singleValues(parts.keys, parts.decoder, {
    record: (key, slotMs, value) => parts.later(() => record(parts, key, slotMs, value)),
    read: (key) => parts.later(() => parts.memory.values.get(key) ?? null),
  });
}
