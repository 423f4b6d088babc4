import { storeContract } from '../contract/store.ts';
import { keysOf } from '../../src/store/keys.ts';
import { createMemoryStore, emptyMemory } from '../../src/store/memory.ts';

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
      const maps = [memory.values, memory.indexes, memory.cursors, memory.tallies, memory.rows];
      return Promise.resolve(cursor + maps.reduce((sum, each) => sum + each.size, 0));
    },
    flush() {
      for (const part of [memory.values, memory.cursors, memory.indexes, memory.tallies, memory.rows]) part.clear();
      memory.events = [];
      return Promise.resolve();
    },
    end: () => store.close(),
  });
});
