import { Redis } from 'ioredis';
import { keysOf } from '../../src/store/keys.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { startRedis } from '../lab/redis.ts';
import { quiet } from '../queue/rig.ts';
import { committer, type CommitPlan } from './commits.ts';

// Whether Redis stays as it is over a million examinations: real scripts, no network.
//   node src/bin/ready.mjs test/bench/keys.ts [PROBES] [PARTNERS] [EDGES]

const prefix = '{bench}';

/** What Redis holds after so many examinations. */
export interface Held {
  readonly probes: number;
  readonly keys: number;
  /** Bytes of everything but the events, and the events. */
  readonly bytes: number;
  readonly eventBytes: number;
  readonly events: number;
  /** Entries of the longest ledger. */
  readonly ledger: number;
  readonly cursors: number;
}

async function held(admin: Redis, probes: number, ledgers: readonly string[]): Promise<Held> {
  const { events, edgeCursor } = keysOf(prefix);
  const usage = async (key: string): Promise<number> => (await admin.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
  const eventBytes = await usage(events);
  // What each key takes, not what the server took: its allocator keeps some percent back, now more, now less.
  let bytes = 0;
  for (const key of await admin.keys('*')) bytes += key === events ? 0 : await usage(key);
  const lengths = await Promise.all(ledgers.map((key) => admin.xlen(key)));
  return {
    probes,
    keys: await admin.dbsize(),
    bytes,
    eventBytes,
    events: await admin.xlen(events),
    ledger: Math.max(0, ...lengths),
    cursors: await admin.zcard(edgeCursor),
  };
}

/** Commits so many examinations and looks at Redis so many times, evenly; `tell` hears each look. */
export async function watchKeys(
  plan: CommitPlan,
  probes: number,
  looks: number,
  tell: (seen: Held) => void = () => undefined,
): Promise<readonly Held[]> {
  const server = await startRedis({ own: true });
  const admin = new Redis(server.url);
  const store = createRedisStore({ url: server.url, prefix }, quiet);
  const slots = Math.ceil(probes / (plan.partners + plan.edges + plan.restless));
  const commit = committer(store, plan, slots);
  const all: Held[] = [];
  try {
    let done = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      done += await commit();
      if (Math.floor(((slot + 1) * looks) / slots) <= all.length) continue;
      const ledgers = await admin.keys(`${keysOf(prefix).ledger('')}*`);
      const seen = await held(admin, done, ledgers);
      all.push(seen);
      tell(seen);
    }
    return all;
  } finally {
    await store.close();
    admin.disconnect();
    await server.stop();
  }
}

if (process.argv[1] === import.meta.filename) {
  const [probes = 1_000_000, partners = 500, edges = 100] = process.argv.slice(2).map(Number);
  const plan = { partners, edges, restless: Math.ceil(partners / 20) };
  const kinds = `${String(partners)} partners, ${String(edges)} edges, ${String(plan.restless)} more that are others at each slot`;
  console.log(kinds);
  await watchKeys(plan, probes, 20, ({ probes: done, keys, bytes, eventBytes, events, ledger, cursors }) => {
    const mb = (count: number): string => `${(count / 1e6).toFixed(2)} MB`;
    console.log(
      `  ${String(done).padStart(8)} probes: ${String(keys)} keys, ${mb(bytes)} and ${mb(eventBytes)} of events; ` +
        `${String(events)} events, longest ledger ${String(ledger)}, ${String(cursors)} edges`,
    );
  });
}
