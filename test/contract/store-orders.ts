import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { keysOf } from '../../src/store/keys.ts';
import type { StoreUnderTest } from './store.ts';

const hour = 3_600_000;

/** What a store promises about orders to examine a partner now. */
export function orders(under: () => StoreUnderTest): void {
  test('a partner is ordered once in the time and so many are in all, whoever asks; one that is given back was none', async () => {
    const { store, other } = under();
    const wish = (domain: string, withinMs = hour) => ({ domain, withinMs, most: 2 });
    assert.deepEqual(await store.takeOrder(wish('a.test')), { is: 'taken' });
    const again = await other.at('nyc-1').takeOrder(wish('a.test'));
    assert.ok(
      again.is === 'too_soon' && again.afterMs > hour - 600_000 && again.afterMs <= hour,
      JSON.stringify(again),
    );
    assert.deepEqual(await other.takeOrder(wish('b.test')), { is: 'taken' });
    const third = await store.takeOrder(wish('c.test'));
    assert.ok(
      third.is === 'too_many' && third.afterMs > hour - 600_000 && third.afterMs <= hour,
      JSON.stringify(third),
    );
    await other.returnOrder('a.test');
    await other.returnOrder('never.test');
    assert.deepEqual(await store.takeOrder(wish('c.test')), { is: 'taken' });
    assert.equal((await store.takeOrder(wish('a.test'))).is, 'too_many');
    assert.equal((await other.takeOrder(wish('b.test'))).is, 'too_soon');
    // So short a time that what was ordered lies before it.
    await pause(5);
    assert.deepEqual(await store.takeOrder(wish('a.test', 2)), { is: 'taken' });
    assert.equal(keysOf('{x}', 'nyc-1').orders, '{x}:store:orders');
  });

  test('of many who ask for one partner at the same time one is granted', async () => {
    const { store, other } = under();
    const asked = Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? store : other).takeOrder({ domain: 'a.test', withinMs: hour, most: 30 }),
    );
    const taken = (await Promise.all(asked)).filter(({ is }) => is === 'taken');
    assert.equal(taken.length, 1);
  });
}
