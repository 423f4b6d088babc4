import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CauseBook, SharedCause } from '../../src/federation/cause/book.ts';
import { mostCauses } from '../../src/federation/cause/search.ts';
import { mostValueBytes } from '../../src/store/codec.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { StoreUnderTest } from './store.ts';

const minute = 60_000;

function cause(at: number, name = `sip${String(at)}.example`): SharedCause {
  return {
    id: `host-${String(at).padStart(8, '0')}`,
    kind: 'host',
    value: name,
    name,
    layer: 'tcp',
    codes: [{ code: 'tcp_silent', count: 40 }],
    sinceMs: minute,
    foundMs: minute,
    partners: 40,
    healthy: 0,
    told: 40,
    step: 0,
    wanesMs: null,
  };
}

const book = (slotMs: number, count = 2, name?: string): CauseBook => ({
  slotMs,
  causes: Array.from({ length: count }, (_, at) => cause(at, name)),
});

/** What every store promises of the causes that partners share. */
export function causes(under: () => StoreUnderTest): void {
  test('the book of causes is one for all vantages; of two who find them in one slot the first is kept', async () => {
    const { store, other } = under();
    assert.equal(await store.causes(), null);
    assert.equal(await store.recordCauses(book(2 * minute)), true);
    assert.equal(await other.recordCauses(book(2 * minute, 3)), false);
    assert.equal(await other.recordCauses(book(minute)), false);
    assert.deepEqual(await other.causes(), book(2 * minute));
    assert.deepEqual(await store.at('rome-1').causes(), book(2 * minute));
    assert.equal(await other.recordCauses(book(3 * minute, 0)), true);
    assert.deepEqual(await store.causes(), book(3 * minute, 0));
  });

  test('as many causes as there can be, with names as long as there are, are kept whole; more lose those at the end', async () => {
    const { store } = under();
    const long = `${'a'.repeat(63)}.`.repeat(4).slice(0, 253);
    assert.equal(await store.recordCauses(book(minute, mostCauses, long)), true);
    assert.equal((await store.causes())?.causes.length, mostCauses);
    const huge = book(2 * minute, 200, long);
    assert.ok(JSON.stringify(huge).length > mostValueBytes);
    assert.equal(await store.recordCauses(huge), true);
    assert.deepEqual((await store.causes())?.causes, huge.causes.slice(0, 50));
  });

  test('a book that cannot be read is absent, counted, and makes room when it is of another version', async () => {
    const { store, plant } = under();
    const { causes: key } = keysOf();
    await plant(key, '{"v":1,"slotMs":60000,"body":{"slotMs":60000,"causes":[{"kind":"moon"}]}}');
    const before = store.ignoredValues;
    assert.equal(await store.causes(), null);
    assert.equal(store.ignoredValues, before + 1);
    await plant(key, '{"v":2,"slotMs":99999999999999,"body":{}}');
    assert.equal(await store.recordCauses(book(minute)), true);
  });
}
