import { edgeId } from '../federation/edge.ts';
import type { RouteEvidence } from '../federation/observation.ts';
import { chunksOf } from './chunks.ts';
import { encoded, slotOf } from './codec.ts';
import { keptSeconds } from './keys.ts';
import { ledgerWords, readLedgers } from './ledgers.ts';
import { evidenceBulk, readAll, type RedisParts } from './read-values.ts';
import { isEdgeEvidence, isRouteEvidence } from './shape.ts';
import { StoreUnavailable, type Store } from './store.ts';

/** A hoster has thousands of partners behind an edge. */
const indexesAtOnce = 25;
/** How often a route that changes under our hands is read again. */
const mostTries = 4;

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** What a route says that a new one may replace. */
interface Known {
  readonly slotMs: number | null;
  readonly edges: RouteEvidence['edges'];
}

type Evidence = 'recordRoute' | 'recordEdge' | 'recordSent' | 'partnersOf' | 'routes' | 'edges' | 'ledgers';

/** What was seen of routes and edges, who is behind which edge, and what was sent to it. */
export function evidence(parts: RedisParts): Pick<Store, Evidence> {
  const { keys, decoder, connection } = parts;
  return {
    async recordRoute(route, keepMs, before) {
      const value = encoded.route(route);
      const key = keys.route(route.domain);
      const joined = [...new Set(route.edges.map(edgeId))];
      const read = async (): Promise<Known> => {
        const text = await connection.run((redis) => redis.get(key));
        return { slotMs: slotOf(text), edges: decoder.decode(text, isRouteEvidence)?.edges ?? [] };
      };
      const told = before === undefined ? null : { slotMs: before?.slotMs ?? null, edges: before?.edges ?? [] };
      for (let tries = 0; tries < mostTries; tries += 1) {
        const known = tries === 0 && told !== null ? told : await read();
        const left = [...new Set(known.edges.map(edgeId))].filter((id) => !joined.includes(id));
        const names = [
          key,
          keys.edgeCursor,
          ...joined.map((id) => keys.partnersOf(id)),
          ...left.flatMap((id) => [keys.partnersOf(id), keys.edge(id), keys.ledger(id), keys.requests(id)]),
        ];
        const { domain, slotMs } = route;
        const words = [slotMs, value, keptSeconds, known.slotMs ?? '', domain, joined.length, secondsOf(keepMs)];
        const outcome = await connection.run((redis) =>
          redis.fedmonRecordRoute(names.length, ...names, ...words, ...left),
        );
        if (outcome !== 2) return outcome === 1;
      }
      throw new StoreUnavailable(
        `the route of ${route.domain} changed ${String(mostTries)} times while it was written`,
      );
    },
    async recordEdge(edge, keepMs, sent = null) {
      const id = edgeId(edge.edge);
      const words = [edge.slotMs, encoded.edge(edge), secondsOf(keepMs), ...ledgerWords(sent)];
      const names = [keys.edge(id), keys.ledger(id), keys.requests(id)] as const;
      return (await connection.run((redis) => redis.fedmonRecordEdge(...names, ...words))) === 1;
    },
    async recordSent(id, sent) {
      const names = [keys.ledger(id), keys.requests(id)] as const;
      return (await connection.run((redis) => redis.fedmonRecordSent(...names, ...ledgerWords(sent)))) === 1;
    },
    async partnersOf(edges) {
      const listed = new Map<string, readonly string[]>();
      for (const some of chunksOf([...new Set(edges)], indexesAtOnce)) {
        const names = some.map((id) => keys.partnersOf(id));
        const all = await connection.run((redis) => redis.fedmonMembers(names.length, ...names));
        for (const [at, id] of some.entries()) if ((all[at] ?? []).length > 0) listed.set(id, (all[at] ?? []).sort());
      }
      return listed;
    },
    routes: (domains) => readAll(parts, domains, (domain) => keys.route(domain), isRouteEvidence, evidenceBulk),
    edges: (ids) => readAll(parts, ids, (id) => keys.edge(id), isEdgeEvidence, evidenceBulk),
    ledgers: (ids) =>
      readLedgers(ids, decoder, async (id) => {
        const [rows, texts] = await connection.run((redis) =>
          Promise.all([redis.xrevrange(keys.ledger(id), '+', '-'), redis.hgetall(keys.requests(id))]),
        );
        const entries = rows.map(([, [, entry = '', , digest = '']]) => ({ entry, digest }));
        return { entries, requests: new Map(Object.entries(texts)) };
      }),
  };
}
