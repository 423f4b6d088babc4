import { encoded } from './codec.ts';
import { keptSeconds, mostEvents, setupKeptSeconds } from './keys.ts';
import { readAll, readNews, readTallies, type RedisParts } from './read-values.ts';
import { isBaseline, isChange, isSetup } from './shape-baseline.ts';
import { isStanding } from './shape.ts';
import type { Store } from './store.ts';
import { fieldsOf } from './tally.ts';

/** Removes a value that nobody can read, so that it does not fence for ever; false: there was none. */
function discardUnreadable(
  { decoder, connection }: RedisParts,
  key: string,
  is: (body: unknown) => body is unknown,
): Promise<boolean> {
  return connection.run(async (redis) => {
    const text = await redis.get(key);
    if (text === null || decoder.decode(text, is) !== null) return false;
    return (await redis.fedmonDiscard(key, text)) === 1;
  });
}

/** What is published of partners, how often what was found, and what changed. */
export function standings(parts: RedisParts): Pick<Store, 'standings' | 'news' | 'advance' | 'tallies' | 'events'> {
  const { keys, decoder, connection } = parts;
  return {
    standings: (domains) => readAll(parts, domains, (domain) => keys.standing(domain), isStanding),
    news: (domains) => readNews(parts, domains),
    async advance(standing, previousSlotMs, change, ticks, followed = null) {
      const [key, baselineKey] = [keys.standing(standing.domain), keys.baseline(standing.domain)];
      const value = encoded.standing(standing);
      const event = change === null ? '' : encoded.change(change);
      const baseline = followed === null ? '' : encoded.baseline(followed.baseline);
      const told = followed?.changes.map(encoded.change) ?? [];
      const words = [previousSlotMs ?? '', standing.slotMs, value, event, keptSeconds, mostEvents];
      const more = [followed?.previousSlotMs ?? '', baseline, told.length, ...told, ...fieldsOf(ticks)];
      const commit = async (): Promise<boolean> => {
        const outcome = await connection.run((redis) =>
          redis.fedmonAdvance(key, keys.tally(standing.domain), keys.events, baselineKey, ...words, ...more),
        );
        // Another baseline is the work of an operator, or cannot be read: then the next slot begins anew.
        if (outcome === 2 && followed?.previousSlotMs === null) await discardUnreadable(parts, baselineKey, isBaseline);
        return outcome > 0;
      };
      if (await commit()) return true;
      return previousSlotMs === null && (await discardUnreadable(parts, key, isStanding)) && (await commit());
    },
    tallies: (domains) => readTallies(parts, domains),
    async events(limit) {
      if (limit < 1) return [];
      const count = Math.min(limit, 2 * mostEvents);
      const entries = await connection.run((redis) => redis.xrevrange(keys.events, '+', '-', 'COUNT', count));
      return entries.map(([, fields]) => decoder.decode(fields[1] ?? '', isChange)).filter((change) => change !== null);
    },
  };
}

/**
 * Replaces what is kept at a key and tells of it, if it is still the one of this slot (null: none). What nobody can read
 * makes room.
 */
async function replace(
  parts: RedisParts,
  key: string,
  previousSlotMs: number | null,
  words: readonly [value: string, keptSeconds: number],
  changes: readonly string[],
  is: (body: unknown) => body is unknown,
): Promise<boolean> {
  const { keys, connection } = parts;
  const all = [previousSlotMs ?? '', ...words, mostEvents, keptSeconds, ...changes];
  const commit = async (): Promise<boolean> =>
    (await connection.run((redis) => redis.fedmonReplace(key, keys.events, ...all))) === 1;
  if (await commit()) return true;
  return previousSlotMs === null && (await discardUnreadable(parts, key, is)) && (await commit());
}

/** What is expected of partners, and what they are examined with. */
export function expectations(parts: RedisParts): Pick<Store, 'baselines' | 'acceptBaseline' | 'setup' | 'recordSetup'> {
  const { keys, decoder, connection } = parts;
  return {
    baselines: (domains) => readAll(parts, domains, (domain) => keys.baseline(domain), isBaseline),
    async acceptBaseline(baseline, previousSlotMs, change) {
      const [key, value] = [keys.baseline(baseline.domain), encoded.baseline(baseline)];
      return replace(parts, key, previousSlotMs, [value, keptSeconds], [encoded.change(change)], isBaseline);
    },
    setup: async () => decoder.decode(await connection.run((redis) => redis.get(keys.setup)), isSetup),
    async recordSetup(setup, previousSlotMs, changes) {
      const value = encoded.setup(setup);
      return replace(
        parts,
        keys.setup,
        previousSlotMs,
        [value, setupKeptSeconds],
        changes.map(encoded.change),
        isSetup,
      );
    },
  };
}
