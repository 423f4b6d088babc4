import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostEvents, mostLedgerEntries } from '../../src/store/keys.ts';
import { cannotRun } from '../lab/debian.ts';
import { RedisNotFound } from '../lab/redis.ts';
import { watchKeys, type Held } from './keys.ts';

const plan = { partners: 100, edges: 8, restless: 4 };
/** One a slot: Redis frees a ledger by blocks of about eight entries, so what it takes goes up and down by one block in nine slots. */
const looks = 71;
/** Twice around. */
const looksAround = 18;

test('short form: after 8,000 examinations Redis holds the keys that it held after 800, and no more of anything', async (t) => {
  try {
    const seen = await watchKeys(plan, 8_000, looks);
    const [first] = seen;
    const last = seen.slice(-looksAround);
    assert.ok(first !== undefined && seen.length === looks);
    for (const { keys, cursors } of seen) assert.deepEqual([keys, cursors], [first.keys, plan.edges + plan.restless]);
    for (const { events, ledger } of last) {
      assert.ok(events >= mostEvents && events <= mostEvents + 100, `${String(events)} events`);
      assert.equal(ledger, mostLedgerEntries);
    }
    const peak = (of: readonly Held[]): number => Math.max(...of.map(({ bytes }) => bytes));
    const [before, after] = [peak(seen.slice(-2 * looksAround, -looksAround)), peak(last)];
    t.diagnostic(`${String(first.keys)} keys; ${String(before)}, then ${String(after)} bytes at most`);
    assert.ok(after < 1.02 * before && before < 1.02 * after, seen.map(({ bytes }) => bytes).join(' '));
  } catch (error) {
    if (!(error instanceof RedisNotFound)) throw error;
    cannotRun(t, error.message);
  }
});
