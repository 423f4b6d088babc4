import { chunksOf } from './chunks.ts';
import { signOf } from './codec.ts';
import type { RedisParts } from './read-values.ts';
import type { Kept, Remembered } from './remembered.ts';

/** What a read asks for: how keys are made of names, and what their values must be. */
type Parts = Pick<RedisParts, 'decoder' | 'connection'> & { readonly memory: Remembered };
type Shelf = ReturnType<Remembered['sort']>;

/** Of so many values at once it is asked which are still those that are kept. A script that looks at them takes about a millisecond. */
const askedAtOnce = 500;
/** Fewer are read without asking: a second round trip would cost more. */
const fewest = 32;

/** Takes those that are kept and were not written since; answers the names of the others. */
async function takeKept<T>(
  { connection }: Parts,
  shelf: Shelf,
  names: readonly string[],
  found: Map<string, T>,
): Promise<readonly string[]> {
  const asked: (readonly [name: string, kept: Kept])[] = [];
  const others: string[] = [];
  for (const name of names) {
    const kept = shelf.get(name);
    if (kept === undefined) others.push(name);
    else asked.push([name, kept]);
  }
  if (asked.length < fewest) return names;
  const keys = asked.map(([, { key }]) => key);
  const signs = (await connection.run((redis) => redis.fedmonSigns(keys.length, ...keys))).split('\n');
  for (const [at, [name, { sign, value }]] of asked.entries()) {
    // It was what is asked for when it was kept.
    if (signs[at] === sign && signs.length === keys.length) found.set(name, value as T);
    else others.push(name);
  }
  return others;
}

/** Plain values, of which those are not read again that were not written since: such a one is the same object. */
export async function readRemembered<T>(
  parts: Parts,
  names: readonly string[],
  keyOf: (name: string) => string,
  is: (body: unknown) => body is T,
  size: number,
): Promise<ReadonlyMap<string, T>> {
  const { decoder, connection, memory } = parts;
  const found = new Map<string, T>();
  // Keys of one sort differ in their ends.
  const shelf = memory.sort(keyOf(''));
  const take = (name: string, key: string, text: string): void => {
    const sign = signOf(text) ?? text;
    const kept = shelf.get(name);
    if (kept?.sign === sign) {
      found.set(name, kept.value as T);
      return;
    }
    const body = decoder.decode(text, is);
    if (body === null) return;
    found.set(name, body);
    shelf.keep(name, { key, sign, value: body, length: text.length });
  };
  for (const some of chunksOf(names, askedAtOnce)) {
    for (const chunk of chunksOf(await takeKept(parts, shelf, some, found), size)) {
      const keys = chunk.map((name) => shelf.get(name)?.key ?? keyOf(name));
      const texts = await connection.run((redis) => redis.mget(keys));
      for (const [at, name] of chunk.entries()) {
        const text = texts[at] ?? null;
        if (text !== null) take(name, keys[at] ?? '', text);
      }
    }
  }
  return found;
}
