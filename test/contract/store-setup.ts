import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf, type OursChange, type Setup } from '../../src/federation/ours.ts';
import { mostValueBytes } from '../../src/store/codec.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { StoreUnderTest } from './store.ts';

const name = nameOf('version_changed', null);
const setup = (slotMs: number, version: string): Setup => ({ slotMs, words: { [name]: version } });
const change = (atMs: number, before: string, after: string): OursChange => ({
  what: 'ours',
  kind: 'version_changed',
  domain: null,
  subject: null,
  before,
  after,
  atMs,
  slotMs: atMs,
});

/** What every store promises of what partners are examined with. */
export function setups(under: () => StoreUnderTest): void {
  test('of all who tell the same change of ours one does, for all vantages', async () => {
    const { store, other } = under();
    assert.equal(await store.setup(), null);
    assert.equal(await store.recordSetup(setup(1, 'one'), null, []), true);
    const told = [change(2, 'one', 'two')];
    const wins = await Promise.all(
      [store, other, store, other].map((each) => each.recordSetup(setup(2, 'two'), 1, told)),
    );
    assert.deepEqual(wins.toSorted(), [false, false, false, true]);
    assert.deepEqual(await store.at('rome-1').setup(), setup(2, 'two'));
    assert.deepEqual(await other.events(9), told);
    assert.equal(await other.recordSetup(setup(3, 'three'), null, told), false);
  });

  test('what was told and cannot be read makes room; what is too large loses words from the end', async () => {
    const { store, plant } = under();
    await plant(keysOf().setup, '{"v":2,"slotMs":1,"body":{}}');
    assert.equal(await store.setup(), null);
    const words = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${String(at)}`, 'x'.repeat(300)]));
    assert.equal(await store.recordSetup({ slotMs: 5, words }, null, []), true);
    const kept = await store.setup();
    assert.equal(Object.keys(kept?.words ?? {}).length, 100);
    assert.ok(JSON.stringify(kept).length < mostValueBytes);
  });
}
