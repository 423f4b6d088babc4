import type { RedisPlace } from '../config/redis-place.ts';
import type { Log } from '../log/log.ts';
import { edgeId } from '../federation/edge.ts';
import { createDecoder, encoded, slotOf, type CodedStore, type Decoder } from './codec.ts';
import { openConnection, replies, type Connection } from './connection.ts';
import { edgeCursorKeptMs, keptSeconds, keysOf, mostEvents, type Keys } from './keys.ts';
import { isBaseline, isChange } from './shape-baseline.ts';
import { isEdgeEvidence, isRouteEvidence, isStanding } from './shape.ts';
import { fieldsOf, tallyOf } from './tally.ts';
import { checkClaims } from './claims.ts';
import { turnOf } from './turns.ts';
import { StoreUnavailable, type Claim, type Store, type Tally } from './store.ts';

/** How many items ride in one command or pipeline; evidence is larger and comes in smaller lots, so that no reply blocks long. */
const bulk = 500;
const evidenceBulk = 100;
/** How often a route that changes under our hands is read again. */
const mostTries = 4;

/** What the parts of this store share. */
interface Parts {
  readonly keys: Keys;
  readonly decoder: Decoder;
  readonly connection: Connection;
}

function* chunksOf<T>(items: readonly T[], size = bulk): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** The store in Redis. Connects in the background; throws TypeError for a bad url and nothing else. */
export function createRedisStore(options: RedisPlace & { readonly prefix: string }, log: Log): CodedStore {
  const keys = keysOf(options.prefix);
  const decoder = createDecoder();
  const connection = openConnection(options, log);
  const parts = { keys, decoder, connection };
  return {
    get ignoredValues() {
      return decoder.ignored;
    },
    ...cursors(parts),
    ...evidence(parts),
    ...standings(parts),
    ...expectations(parts),
    ...turns(parts),
    async ping() {
      await connection.run((redis) => redis.ping());
    },
    close: () => connection.close(),
  };
}

function cursors({ keys, connection }: Parts): Pick<Store, 'claimPartners' | 'claimEdges'> {
  const claim = async (cursor: string, keptMs: number | '', wanted: readonly Claim[]): Promise<readonly Claim[]> => {
    checkClaims(wanted);
    if (wanted.length === 0) return [];
    const words = wanted.flatMap(({ id, slotMs }) => [id, slotMs]);
    const won = new Set(await connection.run((redis) => redis.fedmonClaim(cursor, keptMs, keptSeconds, ...words)));
    return wanted.filter((_, at) => won.has(at + 1));
  };
  return {
    claimPartners: (wanted) => claim(keys.partnerCursor, '', wanted),
    claimEdges: (wanted) => claim(keys.edgeCursor, edgeCursorKeptMs, wanted),
  };
}

function turns({ keys, connection }: Parts): Pick<Store, 'takeTurn' | 'endTurn'> {
  return {
    async takeTurn({ place, holder, gapMs, leaseMs, withinMs }) {
      const [row, turn] = [keys.turns(place), keys.turnOf(place)];
      return turnOf(await connection.run((redis) => redis.fedmonTakeTurn(row, turn, holder, gapMs, leaseMs, withinMs)));
    },
    async endTurn(place, holder) {
      await connection.run((redis) => redis.fedmonEndTurn(keys.turnOf(place), holder));
    },
  };
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** Plain values by MGET: the cheapest way to read thousands. */
async function readAll<T>(
  { decoder, connection }: Parts,
  names: readonly string[],
  keyOf: (name: string) => string,
  is: (body: unknown) => body is T,
  size = bulk,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for (const chunk of chunksOf(names, size)) {
    const texts = await connection.run((redis) => redis.mget(chunk.map(keyOf)));
    for (const [at, name] of chunk.entries()) {
      const body = decoder.decode(texts[at] ?? null, is);
      if (body !== null) found.set(name, body);
    }
  }
  return found;
}

function evidence(parts: Parts): Pick<Store, 'recordRoute' | 'recordEdge' | 'partnersOf' | 'routes' | 'edges'> {
  const { keys, decoder, connection } = parts;
  return {
    async recordRoute(route, keepMs) {
      const value = encoded.route(route);
      const key = keys.route(route.domain);
      const joined = [...new Set(route.edges.map(edgeId))];
      for (let tries = 0; tries < mostTries; tries += 1) {
        const before = await connection.run((redis) => redis.get(key));
        const known = decoder.decode(before, isRouteEvidence)?.edges ?? [];
        const left = [...new Set(known.map(edgeId))].filter((id) => !joined.includes(id));
        const names = [
          key,
          keys.edgeCursor,
          ...joined.map((id) => keys.partnersOf(id)),
          ...left.flatMap((id) => [keys.partnersOf(id), keys.edge(id)]),
        ];
        const { domain, slotMs } = route;
        const words = [slotMs, value, keptSeconds, slotOf(before) ?? '', domain, joined.length, secondsOf(keepMs)];
        const outcome = await connection.run((redis) =>
          redis.fedmonRecordRoute(names.length, ...names, ...words, ...left),
        );
        if (outcome !== 2) return outcome === 1;
      }
      throw new StoreUnavailable(
        `the route of ${route.domain} changed ${String(mostTries)} times while it was written`,
      );
    },
    async recordEdge(edge, keepMs) {
      const value = encoded.edge(edge);
      const key = keys.edge(edgeId(edge.edge));
      const kept = await connection.run((redis) => redis.fedmonRecord(key, edge.slotMs, value, secondsOf(keepMs)));
      return kept === 1;
    },
    async partnersOf(edge) {
      return (await connection.run((redis) => redis.smembers(keys.partnersOf(edge)))).sort();
    },
    routes: (domains) => readAll(parts, domains, (domain) => keys.route(domain), isRouteEvidence),
    edges: (ids) => readAll(parts, ids, (id) => keys.edge(id), isEdgeEvidence, evidenceBulk),
  };
}

/** Removes a value that nobody can read, so that it does not fence for ever; false: there was none. */
function discardUnreadable(
  { decoder, connection }: Parts,
  key: string,
  is: (body: unknown) => body is unknown,
): Promise<boolean> {
  return connection.run(async (redis) => {
    const text = await redis.get(key);
    if (text === null || decoder.decode(text, is) !== null) return false;
    return (await redis.fedmonDiscard(key, text)) === 1;
  });
}

function standings(parts: Parts): Pick<Store, 'standings' | 'advance' | 'tallies' | 'events'> {
  const { keys, decoder, connection } = parts;
  return {
    standings: (domains) => readAll(parts, domains, (domain) => keys.standing(domain), isStanding),
    async advance(standing, previousSlotMs, change, ticks, followed = null) {
      const [key, baselineKey] = [keys.standing(standing.domain), keys.baseline(standing.domain)];
      const value = encoded.standing(standing);
      const event = change === null ? '' : encoded.change(change);
      const baseline = followed === null ? '' : encoded.baseline(followed.baseline);
      const told = followed?.changes.map(encoded.change) ?? [];
      const words = [previousSlotMs ?? '', standing.slotMs, value, event, keptSeconds, mostEvents];
      const more = [followed?.previousSlotMs ?? '', baseline, told.length, ...told, ...fieldsOf(ticks)];
      const commit = async (): Promise<boolean> => {
        const outcome = await connection.run((redis) =>
          redis.fedmonAdvance(key, keys.tally(standing.domain), keys.events, baselineKey, ...words, ...more),
        );
        // Another baseline is the work of an operator, or cannot be read: then the next slot begins anew.
        if (outcome === 2 && followed?.previousSlotMs === null) await discardUnreadable(parts, baselineKey, isBaseline);
        return outcome > 0;
      };
      if (await commit()) return true;
      return previousSlotMs === null && (await discardUnreadable(parts, key, isStanding)) && (await commit());
    },
    async tallies(domains) {
      const found = new Map<string, Tally>();
      for (const chunk of chunksOf(domains)) {
        const all = await connection.run((redis) => {
          const pipeline = redis.pipeline();
          for (const domain of chunk) pipeline.hgetall(keys.tally(domain));
          return replies(pipeline);
        });
        for (const [at, domain] of chunk.entries()) {
          const { tally, ignored } = tallyOf(countersIn(all[at]));
          decoder.ignore(ignored);
          if (tally.failures.length > 0 || Object.keys(tally.runs).length > 0) found.set(domain, tally);
        }
      }
      return found;
    },
    async events(limit) {
      if (limit < 1) return [];
      const count = Math.min(limit, 2 * mostEvents);
      const entries = await connection.run((redis) => redis.xrevrange(keys.events, '+', '-', 'COUNT', count));
      return entries.map(([, fields]) => decoder.decode(fields[1] ?? '', isChange)).filter((change) => change !== null);
    },
  };
}

function expectations(parts: Parts): Pick<Store, 'baselines' | 'acceptBaseline'> {
  const { keys, connection } = parts;
  return {
    baselines: (domains) => readAll(parts, domains, (domain) => keys.baseline(domain), isBaseline),
    async acceptBaseline(baseline, previousSlotMs, change) {
      const key = keys.baseline(baseline.domain);
      const words = [previousSlotMs ?? '', encoded.baseline(baseline), encoded.change(change), keptSeconds, mostEvents];
      const commit = async (): Promise<boolean> =>
        (await connection.run((redis) => redis.fedmonAccept(key, keys.events, ...words))) === 1;
      if (await commit()) return true;
      return previousSlotMs === null && (await discardUnreadable(parts, key, isBaseline)) && (await commit());
    },
  };
}

function countersIn(reply: unknown): readonly (readonly [string, number])[] {
  if (typeof reply !== 'object' || reply === null) return [];
  return Object.entries(reply).map(([field, count]) => [field, Number(count)] as const);
}
