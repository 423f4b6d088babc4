import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { LedgerEntry } from '../../src/federation/ledger.ts';
import { keysOf, mostLedgerEntries } from '../../src/store/keys.ts';
import { readLedger } from '../../src/store/read-ledger.ts';
import { edge, edgeEvidence, keepMs, routeEvidence } from '../store/values.ts';
import type { StoreUnderTest } from './store.ts';

const minute = 60_000;
const id = edgeId(edge(1));

function entry(slotMs: number, vantage = 'here-1', text = 'OPTIONS sip:one.test SIP/2.0\r\n'): LedgerEntry {
  const sendings = [
    { what: 'tcp_connect', outcome: 'done' },
    { what: 'tls_handshake', outcome: 'done', identity: null },
    { what: 'sip_options', outcome: '403', octets: 412, times: 2, text, random: ['1', '2', String(slotMs)] },
  ] as const;
  return { slotMs, at: new Date(slotMs).toISOString(), vantage, sendings };
}

/** What a store promises about the ledger of what was sent. */
export function ledger(under: () => StoreUnderTest): void {
  test('what was sent is kept with its evidence, newest first; the same said again is kept once', async () => {
    const { store, other } = under();
    assert.deepEqual(await store.ledgers([id]), new Map());
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), minute), keepMs), true);
    assert.deepEqual(await store.ledgers([id]), new Map());
    const [second, third] = [2, 3].map((at) => entry(at * minute));
    assert.ok(second !== undefined && third !== undefined);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 2 * minute), keepMs, second), true);
    assert.equal(await other.recordEdge(edgeEvidence(edge(1), 3 * minute), keepMs, third), true);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 3 * minute), keepMs, third), false);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 2 * minute), keepMs, second), false);
    assert.deepEqual(await other.ledgers([id, edgeId(edge(2))]), new Map([[id, [third, second]]]));
  });

  test('what was sent is kept where its evidence is refused, and alone; the same said again is kept once', async () => {
    const { store, other } = under();
    const [first, second, third, fourth] = [1, 2, 3, 4].map((at) => entry(at * minute));
    assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 3 * minute), keepMs, third), true);
    // Another worker had connected too, and came too late with what it saw.
    assert.equal(await other.recordEdge(edgeEvidence(edge(1), 3 * minute), keepMs, second), false);
    assert.deepEqual([await store.recordSent(id, first), await other.recordSent(id, first)], [true, false]);
    assert.equal(await store.recordEdge(edgeEvidence(edge(1), 4 * minute), keepMs, first), true);
    assert.deepEqual(await other.ledgers([id]), new Map([[id, [first, second, third]]]));
    assert.equal(await store.recordSent(id, { ...first, held: 'refusals' }), true, 'any difference is another entry');
    assert.equal((await other.edges([id])).get(id)?.slotMs, 4 * minute, 'alone it touches no evidence');
  });

  test('each entry has the text that was sent then, whatever is sent since; texts that no entry has go', async () => {
    const { store, other } = under();
    const texts = Array.from({ length: mostLedgerEntries + 3 }, (_, at) => `OPTIONS ${String(at)}\r\n`);
    for (const [at, text] of texts.entries()) await store.recordSent(id, entry(at * minute, 'here-1', text));
    const kept = (await other.ledgers([id])).get(id) ?? [];
    const textsKept = kept.map(({ sendings }) => sendings.find(({ what }) => what === 'sip_options')?.text);
    assert.deepEqual(textsKept, texts.slice(-mostLedgerEntries).toReversed());
    // The ledger and its requests.
    assert.equal(await under().size(), 2);
    assert.deepEqual(await under().requestsKept(id), texts.slice(-mostLedgerEntries).toSorted());
    for (let at = 0; at < mostLedgerEntries; at += 1) {
      await store.recordSent(id, entry((100 + at) * minute, 'here-1', 'OPTIONS last\r\n'));
    }
    await store.recordSent(id, entry(200 * minute, 'here-1', 'OPTIONS new\r\n'));
    assert.deepEqual(await under().requestsKept(id), ['OPTIONS last\r\n', 'OPTIONS new\r\n']);
  });

  test('the ledger of an edge keeps as many as it may, one more pushes the oldest out', async () => {
    const { store } = under();
    const slots = Array.from({ length: mostLedgerEntries + 1 }, (_, at) => (at + 1) * minute);
    const kept = async (): Promise<readonly number[] | undefined> =>
      (await store.ledgers([id])).get(id)?.map(({ slotMs }) => slotMs);
    for (const slotMs of slots.slice(0, -1)) {
      await store.recordEdge(edgeEvidence(edge(1), slotMs), keepMs, entry(slotMs));
    }
    assert.deepEqual(await kept(), slots.slice(0, -1).toReversed());
    const last = slots.at(-1) ?? 0;
    await store.recordEdge(edgeEvidence(edge(1), last), keepMs, entry(last));
    assert.deepEqual(await kept(), slots.slice(1).toReversed());
  });

  test('a ledger goes with the last partner of its edge and leaves no key behind', async () => {
    const { store, size } = under();
    const kept = (): Promise<number> => store.ledgers([id]).then((found) => found.size);
    for (const domain of ['a.test', 'b.test'])
      await store.recordRoute(routeEvidence(domain, minute, [edge(1)]), keepMs);
    await store.recordEdge(edgeEvidence(edge(1), minute), keepMs, entry(minute));
    await store.recordRoute(routeEvidence('a.test', 2 * minute, []), keepMs);
    assert.equal(await kept(), 1);
    await store.recordRoute(routeEvidence('b.test', 2 * minute, []), keepMs);
    assert.equal(await kept(), 0);
    // The two routes.
    assert.equal(await size(), 2);
  });

  test('the ledger of a partner is that of its newest edges from every vantage, the newest first', async () => {
    const { store } = under();
    const vantages = { names: ['paris-1', 'nyc-1'], quorum: 1 };
    for (const [at, name] of vantages.names.entries()) {
      const place = store.at(name);
      const [mine, another] = [edge(at), edge(5)];
      await place.recordRoute(routeEvidence('a.test', minute, [mine]), keepMs);
      await place.recordEdge(edgeEvidence(mine, minute + at), keepMs, entry(minute + at, name));
      await place.recordEdge(edgeEvidence(another, minute), keepMs, entry(minute, name));
    }
    assert.deepEqual(await readLedger(store, 'a.test', { vantages }), [
      { ...entry(minute + 1, 'nyc-1'), edge: edge(1) },
      { ...entry(minute, 'paris-1'), edge: edge(0) },
    ]);
    assert.deepEqual(await readLedger(store, 'none.test', { vantages }), []);
    assert.deepEqual(await readLedger(store, 'a.test', {}), []);
  });

  test('an entry that cannot be read is left out and counted', async () => {
    const { store, other } = under();
    await store.recordEdge(edgeEvidence(edge(1), minute), keepMs, {
      ...entry(minute),
      vantage: 7 as unknown as string,
    });
    const before = other.ignoredValues;
    assert.deepEqual(await other.ledgers([id]), new Map([[id, []]]));
    assert.equal(other.ignoredValues, before + 1);
    assert.equal(keysOf('{x}', 'nyc-1').ledger('E'), '{x}:store:at:nyc-1:ledger:E');
  });
}
