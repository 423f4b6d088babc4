import { edgeId } from '../federation/edge.ts';
import type { LedgerEntry } from '../federation/ledger.ts';
import { encoded } from './codec.ts';
import { mostLedgerEntries } from './keys.ts';
import { entryToKeep, readLedgers } from './ledgers.ts';
import { entryOf, readAll, record, type MemoryParts } from './memory-parts.ts';
import { isEdgeEvidence, isRouteEvidence } from './shape.ts';
import type { Store } from './store.ts';

type Evidence = 'recordRoute' | 'recordEdge' | 'recordSent' | 'partnersOf' | 'routes' | 'edges' | 'ledgers';

/** What `keepSent` of `scripts.ts` does in Redis. */
function keepSent({ memory, keys }: MemoryParts, id: string, sent: LedgerEntry): boolean {
  const { request, ...kept } = entryToKeep(sent);
  const ledger = memory.ledgers.get(keys.ledger(id)) ?? [];
  if (ledger.some(({ entry }) => entry === kept.entry)) return false;
  const next = [...ledger, kept].slice(-mostLedgerEntries);
  memory.ledgers.set(keys.ledger(id), next);
  if (kept.digest === '') return true;
  const known = memory.requests.get(keys.requests(id)) ?? new Map<string, string>();
  const used = known.has(kept.digest)
    ? [...known]
    : [...known].filter(([each]) => next.some(({ digest }) => digest === each));
  memory.requests.set(keys.requests(id), new Map([...used, [kept.digest, request]]));
  return true;
}

/** What was seen of routes and edges, who is behind which edge, and what was sent to it. */
export function evidence(parts: MemoryParts): Pick<Store, Evidence> {
  const { memory, keys, decoder, later } = parts;
  const leave = (id: string, domain: string): void => {
    const index = memory.indexes.get(keys.partnersOf(id));
    index?.delete(domain);
    if (index !== undefined && index.size > 0) return;
    memory.indexes.delete(keys.partnersOf(id));
    memory.values.delete(keys.edge(id));
    memory.ledgers.delete(keys.ledger(id));
    memory.requests.delete(keys.requests(id));
    memory.cursors.get(keys.edgeCursor)?.delete(id);
  };
  return {
    recordRoute: (route) =>
      later(() => {
        const key = keys.route(route.domain);
        const before = decoder.decode(memory.values.get(key) ?? null, isRouteEvidence);
        if (!record(parts, key, route.slotMs, encoded.route(route))) return false;
        const joined = new Set(route.edges.map(edgeId));
        for (const id of joined)
          entryOf(memory.indexes, keys.partnersOf(id), () => new Set<string>()).add(route.domain);
        for (const id of (before?.edges ?? []).map(edgeId)) if (!joined.has(id)) leave(id, route.domain);
        return true;
      }),
    recordEdge: (edge, _keepMs, sent = null) =>
      later(() => {
        const id = edgeId(edge.edge);
        const kept = record(parts, keys.edge(id), edge.slotMs, encoded.edge(edge));
        if (sent !== null) keepSent(parts, id, sent);
        return kept;
      }),
    recordSent: (id, sent) => later(() => keepSent(parts, id, sent)),
    ledgers: (ids) =>
      readLedgers(ids, decoder, (id) =>
        later(() => ({
          entries: memory.ledgers.get(keys.ledger(id))?.toReversed() ?? [],
          requests: memory.requests.get(keys.requests(id)) ?? new Map<string, string>(),
        })),
      ),
    partnersOf: (edges) =>
      later(() => {
        const listed = edges.map((id) => [id, [...(memory.indexes.get(keys.partnersOf(id)) ?? [])].sort()] as const);
        return new Map(listed.filter(([, domains]) => domains.length > 0));
      }),
    routes: (domains) => later(() => readAll(parts, domains, (domain) => keys.route(domain), isRouteEvidence)),
    edges: (ids) => later(() => readAll(parts, ids, (id) => keys.edge(id), isEdgeEvidence)),
  };
}
