import type { RedisPlace } from '../config/redis-place.ts';
import type { Log } from '../log/log.ts';
import { createDecoder, encoded, type CodedStore } from './codec.ts';
import { openConnection } from './connection.ts';
import { keptSeconds, keysOf } from './keys.ts';
import { redisOrders } from './orders.ts';
import { readAll, type RedisParts } from './read-values.ts';
import { cursors, quarantines, turns } from './redis-claims.ts';
import { evidence } from './redis-evidence.ts';
import { expectations, standings } from './redis-standings.ts';
import { mostRemembered, remembered } from './remembered.ts';
import { isLook } from './shape.ts';
import { singleValues } from './single-values.ts';
import type { Store } from './store.ts';

/**
 * The store in Redis. Connects in the background; throws TypeError for a bad url and nothing else. With `remember`, for
 * who reads the whole fleet again and again, a value that reads as before is the same object.
 */
export function createRedisStore(
  options: RedisPlace & { readonly prefix: string; readonly remember?: boolean },
  log: Log,
): CodedStore {
  const decoder = createDecoder();
  const memory = options.remember === true ? remembered(mostRemembered) : null;
  const connection = openConnection(options, log);
  const seenFrom = (vantage: string | null): Store => {
    const parts = { keys: keysOf(options.prefix, vantage), decoder, connection, memory };
    return {
      ...cursors(parts),
      ...evidence(parts),
      ...standings(parts),
      ...expectations(parts),
      ...turns(parts),
      ...redisOrders(parts),
      ...looks(parts),
      ...single(parts),
      ...quarantines(parts),
      at: seenFrom,
      async ping() {
        await connection.run((redis) => redis.ping());
      },
      async time() {
        const [seconds, micros] = await connection.run((redis) => redis.time());
        return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
      },
      close: () => connection.close(),
    };
  };
  return {
    get ignoredValues() {
      return decoder.ignored;
    },
    ...seenFrom(null),
  };
}

function looks(parts: RedisParts): Pick<Store, 'recordLook' | 'looks'> {
  const { keys, connection } = parts;
  return {
    async recordLook(look) {
      const [key, value] = [keys.look(look.target), encoded.look(look)];
      return (await connection.run((redis) => redis.fedmonRecord(key, look.slotMs, value, keptSeconds))) === 1;
    },
    looks: (targets) => readAll(parts, targets, (target) => keys.look(target), isLook),
  };
}

/** Values at a key of their own. */
function single({ keys, decoder, connection }: RedisParts): ReturnType<typeof singleValues> {
  return singleValues(keys, decoder, {
    record: async (...words) => (await connection.run((redis) => redis.fedmonRecord(...words))) === 1,
    read: (key) => connection.run((redis) => redis.get(key)),
  });
}
