import { storeContract } from '../contract/store.ts';
import { keysOf } from '../../src/store/keys.ts';
import { emptyMemory } from '../../src/store/memory-parts.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

storeContract('memory', () => {
  const memory = emptyMemory();
  const store = createMemoryStore(memory);
  return Promise.resolve({
    store,
    other: createMemoryStore(memory),
    plant(key: string, text: string) {
      memory.values.set(key, text);
      return Promise.resolve();
    },
    size() {
      const cursor = memory.cursors.get(keysOf().edgeCursor)?.size ?? 0;
      const { values, indexes, cursors, tallies, rows, ledgers, requests } = memory;
      const maps = [values, indexes, cursors, tallies, rows, ledgers, requests];
      return Promise.resolve(cursor + maps.reduce((sum, each) => sum + each.size, 0));
    },
    requestsKept: (id) => Promise.resolve([...(memory.requests.get(keysOf().requests(id))?.values() ?? [])].toSorted()),
    flush() {
      const { values, indexes, cursors, tallies, rows, ledgers, requests } = memory;
      for (const part of [values, indexes, cursors, tallies, rows, ledgers, requests]) part.clear();
      memory.events = [];
      return Promise.resolve();
    },
    end: () => store.close(),
  });
});
