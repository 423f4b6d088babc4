import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId, type Edge } from '../../src/federation/edge.ts';
import type { LedgerEntry } from '../../src/federation/ledger.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { systemClock } from '../../src/net/clock.ts';
import { edgeJobVersion, jobVersion, type EdgeJob } from '../../src/queue/job.ts';
import { NotYet } from '../../src/queue/put-back.ts';
import { createSentBook, mostOwed } from '../../src/role/sent-book.ts';
import { createWork } from '../../src/role/work.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { partner } from '../schedule/partner.ts';
import { sent } from '../store/values.ts';
import { base, bed, healthyEdge, okTo, settings, sharedDns, sharedRoute, type Bed } from './bed.ts';
import { uncounted } from './uncounted.ts';

// What left this machine is in the ledger, whatever became of what was seen.

const minute = 60_000;
const one = { ...partner('a.example', minute), route: sharedRoute };
const canary = { host: 'canary.example', port: 5061, everyMs: 1_200 };
const theirs: Edge = {
  ...{ transport: 'tls', host: sharedRoute.host, port: 5061, address: '192.0.2.1' },
  ...{ serverName: sharedRoute.host, options: true },
};

/** One slot of each of these, and the edge jobs it made. */
async function slot(it: Bed, minutes: number, ...domains: readonly string[]): Promise<void> {
  it.time.nowMs = base + minutes * minute;
  const slots = domains.map((domain) => ({ domain, slotMs: it.time.nowMs }));
  await it.work.route({ v: jobVersion, slots }, it.context());
  for (const job of it.queue.take()) await it.work.edge(job, it.context());
}

async function ledgerAt({ store }: Bed, domain: string): Promise<readonly LedgerEntry[]> {
  const [edge] = (await store.routes([domain])).get(domain)?.edges ?? [];
  assert.ok(edge);
  return (await store.ledgers([edgeId(edge)])).get(edgeId(edge)) ?? [];
}

const connects = ({ net }: Bed, address: string): number =>
  net.calls.filter((call) => call.startsWith('connect') && call.includes(address)).length;

test('what is not kept because we did not see ourselves, and what the looks at the canary send', async () => {
  const dns = {
    ...sharedDns,
    'canary.example A': [{ type: 'A' as const, name: 'canary.example', ttl: 60, address: '192.0.2.9' }],
    'canary.example AAAA': 'dns_nodata' as const,
  };
  const edges = { '192.0.2.1:5061': { connect: 'tcp_refused' as const }, '192.0.2.9:5061': healthyEdge(base) };
  const it = bed([one], { dns, edges }, { canary });
  for (const minutes of [0, 1, 2]) await slot(it, minutes, 'canary', 'a.example');
  assert.equal(
    (await it.store.edges([edgeId(theirs)])).size,
    0,
    'the canary shows a wrong name: nothing that fails counts',
  );
  const [entries, looks] = [await ledgerAt(it, 'a.example'), await ledgerAt(it, 'canary')];
  assert.deepEqual(
    entries.map(({ sendings }) => sendings.map(({ outcome }) => outcome)),
    [['tcp_refused'], ['tcp_refused'], ['tcp_refused']],
  );
  assert.deepEqual([entries.length, looks.length], [connects(it, '192.0.2.1'), connects(it, '192.0.2.9')]);
  assert.ok(looks.length > 3, 'three slots and the looks between them');
});

test('while they keep us from asking, the ledger has no OPTIONS that was not sent, and says why', async () => {
  let asked = 0;
  const replies = (request: string): readonly string[] => {
    asked += 1;
    return okTo(request).map((text) => text.replace('200 OK', '503 Draining\r\nRetry-After: 150'));
  };
  const it = bed([one], { edges: { '192.0.2.1:5061': { ...healthyEdge(base), replies } } });
  for (const minutes of [0, 1, 2, 3]) await slot(it, minutes, 'a.example');
  const entries = await ledgerAt(it, 'a.example');
  const options = entries.map(({ sendings }) => sendings.filter(({ what }) => what === 'sip_options').length);
  assert.deepEqual([asked, options], [2, [1, 0, 0, 1]]);
  assert.deepEqual(
    entries.map(({ held }) => held),
    [undefined, 'retry_after', 'retry_after', undefined],
  );
});

test('what is thrown away because our clock is in doubt', async () => {
  const it = bed([one]);
  await slot(it, 0, 'a.example');
  const work = createWork({
    ...{ config: { partners: [one], hysteresis: defaultHysteresis }, store: it.store, producer: it.queue, settings },
    world: { net: it.net, clock: { ...systemClock, wall: () => it.time.nowMs } },
    ...{ log: { warn: () => undefined, error: () => undefined }, own: uncounted(), doubted: () => true },
  });
  it.time.nowMs += minute;
  const wanted = { edge: theirs, slotMs: base + minute, timeoutMs: 2_000, everyMs: minute };
  const job: EdgeJob = { v: edgeJobVersion, slots: [wanted] };
  await assert.rejects(work.edge(job, it.context()), NotYet);
  const slots = (await ledgerAt(it, 'a.example')).map(({ slotMs }) => slotMs);
  assert.deepEqual([slots, connects(it, '192.0.2.1')], [[base + minute, base], 2]);
});

test('what a store that is away did not take is owed, in order and no more than so much, and kept once', async () => {
  const kept: string[] = [];
  let away = true;
  let heard = true;
  const book = createSentBook({
    recordSent(id, { slotMs }) {
      if (!away) kept.push(`${id} ${String(slotMs)}`);
      return away || !heard ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(true);
    },
  });
  const send = (id: string, at: number) =>
    book.keeping(id, (page) => {
      page.sent = sent(at);
      return Promise.resolve(at);
    });
  for (let at = 0; at < mostOwed + 2; at += 1) assert.equal(await send('E', at), at);
  away = false;
  await book.keeping('F', () => Promise.resolve());
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [mostOwed, 'E 2', `E ${String(mostOwed + 1)}`]);
  heard = false;
  await send('G', 1);
  heard = true;
  await book.keeping('G', () => Promise.resolve());
  assert.deepEqual(kept.slice(-2), ['G 1', 'G 1'], 'said again, and the store keeps it once');
  await assert.rejects(
    book.keeping('H', (page) => {
      page.sent = sent(5);
      return Promise.reject(new Error('a bug'));
    }),
    /a bug/,
  );
  assert.equal(kept.at(-1), 'H 5');
});
