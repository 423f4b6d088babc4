import { chunksOf } from './chunks.ts';
import type { Decoder } from './codec.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { readRemembered } from './read-remembered.ts';
import type { Remembered } from './remembered.ts';
import { isBaseline } from './shape-baseline.ts';
import { isRouteEvidence, isStanding } from './shape.ts';
import type { News, Store, Tally } from './store.ts';
import { tallyOf } from './tally.ts';

/** How many items ride in one command; evidence is larger and comes in smaller lots, so that no reply blocks long. */
const bulk = 500;
export const evidenceBulk = 100;
/** A script that reads so many counters holds up Redis for less than a millisecond. */
const talliesAtOnce = 100;
const newsAtOnce = 100;

/** What the parts of the store in Redis share. */
export interface RedisParts {
  readonly keys: Keys;
  readonly decoder: Decoder;
  readonly connection: Connection;
  /** What was read before, for who reads the whole fleet again and again; null: nothing is kept. */
  readonly memory: Remembered | null;
}

/** Plain values by MGET: the cheapest way to read thousands. */
export async function readAll<T>(
  parts: RedisParts,
  names: readonly string[],
  keyOf: (name: string) => string,
  is: (body: unknown) => body is T,
  size = bulk,
): Promise<ReadonlyMap<string, T>> {
  const { decoder, connection, memory } = parts;
  if (memory !== null) return readRemembered({ ...parts, memory }, names, keyOf, is, size);
  const found = new Map<string, T>();
  for (const chunk of chunksOf(names, size)) {
    const texts = await connection.run((redis) => redis.mget(chunk.map(keyOf)));
    for (const [at, name] of chunk.entries()) {
      const body = decoder.decode(texts[at] ?? null, is);
      if (body !== null) found.set(name, body);
    }
  }
  return found;
}

/** What was not judged yet of these partners, a hundred looked at in one command. */
export async function readNews(
  { keys, decoder, connection }: RedisParts,
  domains: readonly string[],
): ReturnType<Store['news']> {
  const found: News[] = [];
  let nowMs = 0;
  for (const chunk of chunksOf(domains, newsAtOnce)) {
    const names = chunk.flatMap((domain) => [keys.route(domain), keys.standing(domain), keys.baseline(domain)]);
    const [timeMs, all] = await connection.run((redis) => redis.fedmonNews(names.length, ...names));
    nowMs = timeMs;
    for (const [, route, standing, baseline] of all) {
      const read = decoder.decode(route, isRouteEvidence);
      if (read === null) continue;
      const judged = decoder.decode(standing, isStanding);
      found.push({ route: read, standing: judged, baseline: decoder.decode(baseline, isBaseline) });
    }
  }
  return { nowMs, found };
}

/** Field and count of each line, as the script writes a hash. */
function countersIn(text: string): readonly (readonly [string, number])[] {
  const words = text.split('\n');
  return words.flatMap((field, at) => (at % 2 === 0 ? [[field, Number(words[at + 1])] as const] : []));
}

/** The counters of partners, a hundred in one command; those without any are absent. */
export async function readTallies(
  { keys, decoder, connection, memory }: RedisParts,
  domains: readonly string[],
): Promise<ReadonlyMap<string, Tally>> {
  const found = new Map<string, Tally>();
  const before = memory?.sort(keys.tally('')) ?? null;
  for (const chunk of chunksOf(domains, talliesAtOnce)) {
    const names = chunk.map((domain) => before?.get(domain)?.key ?? keys.tally(domain));
    const texts = await connection.run((redis) => redis.fedmonTallies(names.length, ...names));
    for (const [at, domain] of chunk.entries()) {
      const [key, text] = [names[at] ?? '', texts[at] ?? ''];
      if (text === '') continue;
      const kept = before?.get(domain);
      const read = kept?.sign === text ? { tally: kept.value as Tally, ignored: 0 } : tallyOf(countersIn(text));
      decoder.ignore(read.ignored);
      before?.keep(domain, { key, sign: text, value: read.tally, length: text.length });
      const { tally } = read;
      if (tally.failures.length > 0 || Object.keys(tally.runs).length > 0) found.set(domain, tally);
    }
  }
  return found;
}
