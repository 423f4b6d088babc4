import { after } from 'node:test';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../src/store/redis.ts';
import { keysOf } from '../../src/store/keys.ts';
import { storeContract } from '../contract/store.ts';
import { keptLog, ownRedis } from './own-redis.ts';

/** All that the store asks of a Redis; README.md of the room quotes it. */
const leastRights = [
  '~{fedmon}:store:*',
  '+ping +quit +hello +info',
  '+eval +evalsha +get +set +getrange +mget +del +unlink +expire +ttl +pexpire +pttl +time',
  '+zscore +zadd +zcard +zrem +zremrangebyscore +zrevrange +sadd +srem +scard +smembers',
  '+hset +hdel +hincrby +hgetall +xadd +xrevrange',
].flatMap((line) => line.split(' '));

const server = await ownRedis('store contract: redis');
if (server !== null) {
  const admin = new Redis(server.url);
  after(async () => {
    admin.disconnect();
    await server.stop();
  });
  storeContract('redis, with the least rights', async () => {
    await admin.acl('SETUSER', 'fedmon', 'reset', 'on', '>pass-of-fedmon', ...leastRights);
    const url = server.url.replace('redis://', 'redis://fedmon:pass-of-fedmon@');
    const open = (): ReturnType<typeof createRedisStore> => createRedisStore({ url, prefix: '{fedmon}' }, keptLog());
    const [store, other] = [open(), open()];
    return {
      store,
      other,
      plant: async (key, text) => {
        await admin.set(key, text);
      },
      size: async () => (await admin.dbsize()) + (await admin.zcard(keysOf().edgeCursor)),
      requestsKept: async (id) => (await admin.hvals(keysOf('{fedmon}').requests(id))).toSorted(),
      flush: async () => {
        await admin.flushall();
      },
      end: async () => {
        await Promise.all([store.close(), other.close()]);
      },
    };
  });
}
