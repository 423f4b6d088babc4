import { entryOf, type MemoryParts } from './memory-parts.ts';
import type { RedisParts } from './read-values.ts';
import type { Order, OrderWish, Store } from './store.ts';

type Orders = Pick<Store, 'takeOrder' | 'returnOrder'>;

/** The answer of the script or of the memory as an order: 0 is taken, 1 and 2 that this one or all were ordered; then milliseconds to wait. */
function orderOf([answer = 0, afterMs = 0]: readonly number[]): Order {
  if (answer === 0) return { is: 'taken' };
  return { is: answer === 1 ? 'too_soon' : 'too_many', afterMs };
}

/** Orders over all processes. */
export function redisOrders({ keys, connection }: RedisParts): Orders {
  return {
    async takeOrder({ domain, withinMs, most }) {
      return orderOf(await connection.run((redis) => redis.fedmonTakeOrder(keys.orders, domain, withinMs, most)));
    },
    async returnOrder(domain) {
      await connection.run((redis) => redis.zrem(keys.orders, domain));
    },
  };
}

/** What `takeOrder` of `turn-scripts.ts` does in Redis, for one process. */
function taken(orders: Map<string, number>, { domain, withinMs, most }: OrderWish, nowMs: number): readonly number[] {
  for (const [name, atMs] of orders) if (atMs <= nowMs - withinMs || atMs > nowMs) orders.delete(name);
  const last = orders.get(domain);
  if (last !== undefined) return [1, last + withinMs - nowMs];
  const oldest = [...orders.values()].toSorted((a, b) => b - a)[most - 1];
  if (oldest !== undefined) return [2, oldest + withinMs - nowMs];
  orders.set(domain, nowMs);
  return [0, 0];
}

export function memoryOrders({ memory, keys, later, now }: MemoryParts): Orders {
  const orders = (): Map<string, number> => entryOf(memory.cursors, keys.orders, () => new Map<string, number>());
  return {
    takeOrder: (wish) => later(() => orderOf(taken(orders(), wish, now()))),
    returnOrder: (domain) => later(() => void orders().delete(domain)),
  };
}
