import type { Decoder } from './codec.ts';
import { replies } from './connection.ts';
import { isIndexKey, partnerOfKey, scanPattern, type Keys } from './keys.ts';
import type { Client } from './scripts.ts';
import { isStandingChange } from './shape.ts';

const perScan = 1_000;
const perPipeline = 500;
/** The search gives up after this many steps: twenty million keys. */
const mostScans = 20_000;
/** Far more than the cap on events lets be. */
const mostPages = 100;

interface Found {
  readonly partners: ReadonlySet<string>;
  readonly indexes: readonly string[];
}

/**
 * Removes what the store holds of partners outside `wanted`: list entries first and the keys by which a partner is
 * found last, so that a search that broke off half way is completed by the next one. Answers how many were forgotten.
 */
export async function forgetOthers(
  redis: Client,
  keys: Keys,
  decoder: Decoder,
  wanted: ReadonlySet<string>,
): Promise<number> {
  const { partners, indexes } = await search(redis, keys);
  const gone = [...partners].filter((domain) => !wanted.has(domain));
  if (gone.length === 0) return 0;
  for (let from = 0; from < gone.length; from += perPipeline) {
    const some = gone.slice(from, from + perPipeline);
    await leaveIndexes(redis, indexes, some);
  }
  await forgetEvents(redis, keys, decoder, new Set(gone));
  for (let from = 0; from < gone.length; from += perPipeline) {
    const some = gone.slice(from, from + perPipeline);
    const pipeline = redis.pipeline();
    for (const domain of some) pipeline.unlink(keys.route(domain), keys.standing(domain), keys.tally(domain));
    pipeline.zrem(keys.partnerCursor, ...some);
    await replies(pipeline);
  }
  return gone.length;
}

async function search(redis: Client, keys: Keys): Promise<Found> {
  const partners = new Set<string>(await redis.zrange(keys.partnerCursor, 0, '-1'));
  const indexes = new Set<string>();
  let cursor = '0';
  for (let scans = 0; scans < mostScans; scans += 1) {
    const [next, found] = await redis.scan(cursor, 'MATCH', scanPattern(keys), 'COUNT', perScan);
    for (const key of found) {
      const partner = partnerOfKey(keys, key);
      if (partner !== null) partners.add(partner);
      else if (isIndexKey(keys, key)) indexes.add(key);
    }
    if (next === '0') return { partners, indexes: [...indexes] };
    cursor = next;
  }
  throw new Error(`more than ${String(mostScans * perScan)} keys, the search for old partners was given up`);
}

async function leaveIndexes(redis: Client, indexes: readonly string[], gone: readonly string[]): Promise<void> {
  for (let from = 0; from < indexes.length; from += perPipeline) {
    const pipeline = redis.pipeline();
    for (const index of indexes.slice(from, from + perPipeline)) pipeline.srem(index, ...gone);
    await replies(pipeline);
  }
}

async function forgetEvents(redis: Client, keys: Keys, decoder: Decoder, gone: ReadonlySet<string>): Promise<void> {
  let from = '-';
  for (let pages = 0; pages < mostPages; pages += 1) {
    const entries = await redis.xrange(keys.events, from, '+', 'COUNT', perScan);
    const old = entries.filter(([, fields]) => {
      const change = decoder.decode(fields[1] ?? '', isStandingChange);
      return change !== null && gone.has(change.domain);
    });
    if (old.length > 0) await redis.xdel(keys.events, ...old.map(([id]) => id));
    const last = entries.at(-1);
    if (last === undefined || entries.length < perScan) return;
    from = `(${last[0]}`;
  }
}
