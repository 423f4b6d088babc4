import { Redis } from 'ioredis';
import { checks } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { edgeId } from '../../src/federation/edge.ts';
import { keysOf, mostLedgerEntries } from '../../src/store/keys.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { startRedis } from '../lab/redis.ts';
import { keptLog } from './own-redis.ts';
import { baseline, edge, edgeEvidence, keepMs, routeEvidence, sent, standing, standingChange } from './values.ts';

// What partners cost in Redis and what one reading of them all takes. `node test/store/size.ts [PARTNERS]`

const count = Number(process.argv[2] ?? '2000');
const slotMs = 1_700_000_000_000;
const edgesEach = 2;
const everyMs = 300_000;
const atOnce = 100;

const server = await startRedis({ own: true });
const admin = new Redis(server.url);
const store = createRedisStore({ url: server.url, prefix: '{fedmon}' }, keptLog());
const keys = keysOf();

async function usedBytes(): Promise<number> {
  return Number(/^used_memory_dataset:(\d+)/m.exec(await admin.info('memory'))?.[1]);
}

function partner(number: number): Partner {
  const unsaid = { name: null, owner: null, contact: null, route: null, tier: 'standard' };
  const domain = `partner-${String(number)}.example.com`;
  return { domain, profile: 'microsoft-federation', everyMs: 300_000, timeoutMs: 30_000, ...unsaid };
}

const partners = Array.from({ length: count }, (_, at) => partner(at));

/** Writes everything an examination of every partner leaves, with partners spread over this many edges, and so many entries in their ledgers. */
async function fill(edges: number, entries: number): Promise<number> {
  await admin.flushall();
  const before = await usedBytes();
  await store.claimPartners(partners.map(({ domain }) => ({ id: domain, slotMs })));
  const used = Array.from({ length: edges }, (_, at) => edge(at));
  await store.claimEdges(used.map((each) => ({ id: edgeId(each), slotMs })));
  for (let left = Math.max(entries, 1) - 1; left >= 0; left -= 1) {
    const ofSlot = slotMs - left * everyMs;
    const entry = entries === 0 ? null : sent(ofSlot);
    for (let from = 0; from < used.length; from += atOnce) {
      const some = used.slice(from, from + atOnce);
      await Promise.all(some.map((each) => store.recordEdge(edgeEvidence(each, ofSlot), keepMs, entry)));
    }
  }
  for (const [at, { domain }] of partners.entries()) {
    const own = Array.from({ length: edgesEach }, (_, next) => edge((at * edgesEach + next) % edges));
    await store.recordRoute(routeEvidence(domain, slotMs, own), keepMs);
    const now = standing(domain, slotMs);
    await store.advance(
      now,
      null,
      entries === 0 ? null : standingChange(now),
      checks.map((check) => ({ check, code: null })),
      { baseline: baseline(domain, slotMs), previousSlotMs: null, changes: [] },
    );
  }
  return (await usedBytes()) - before;
}

/** The most CPU one turn of the event loop used: the machine being busy elsewhere does not count. */
async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let [longest, running] = [0, true];
  let last = process.cpuUsage();
  const turn = (): void => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
    if (running) setImmediate(turn);
  };
  turn();
  await work();
  running = false;
  return longest;
}

async function report(about: string, edges: number, entries = 0): Promise<void> {
  const bytes = await fill(edges, entries);
  const { domain } = partners[0]!;
  const each = await Promise.all(
    [
      keys.standing(domain),
      keys.route(domain),
      keys.baseline(domain),
      keys.tally(domain),
      keys.edge(edgeId(edge(0))),
    ].map((key) => admin.memory('USAGE', key)),
  );
  const read = (): Promise<Snapshot> => readSnapshot(store, { partners, maintenance: [] }, slotMs);
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  const snapshot = await read();
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const blockMs = await longestBlockMs(read);
  console.log(
    [
      `${about}: ${String(count)} partners, ${String(edges)} edges, ${String(edgesEach)} edges a route`,
      `  ${String(Math.round(bytes / count))} bytes of Redis a partner, ${(bytes / 1e6).toFixed(0)} MB all in`,
      `  standing ${String(each[0])}, route ${String(each[1])}, baseline ${String(each[2])}, tally ${String(each[3])}, evidence of an edge ${String(each[4])} bytes`,
      `  snapshot of ${String(snapshot.partners.length)}: ${tookMs.toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms CPU, longest stretch without a turn for others ${blockMs.toFixed(0)} ms of CPU`,
    ].join('\n'),
  );
}

await report('every partner with edges of its own', count * edgesEach);
await report('partners behind shared edges', Math.max(2, Math.round(count / 50)));
await report('with full ledgers and 10,000 events', Math.max(2, Math.round(count / 10)), mostLedgerEntries);
await store.close();
admin.disconnect();
await server.stop();
