import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Standing } from '../federation/standing.ts';
import type { Vantages } from '../federation/vantage.ts';
import type { Store } from './store.ts';

/** The newest route of a partner, and what is known of its edges by their ids. */
export interface Shown {
  /** The vantage that saw it, where there are several. */
  readonly seenFrom?: string;
  readonly route: RouteEvidence;
  readonly edges: ReadonlyMap<string, EdgeEvidence | null>;
}

const ids = new WeakMap<RouteEvidence, readonly string[]>();

/** The ids of the edges of a route, in its order; made once for a route that is read again and again. */
export function edgeIdsOf(route: RouteEvidence): readonly string[] {
  const known = ids.get(route);
  if (known !== undefined) return known;
  const made = route.edges.map(edgeId);
  ids.set(route, made);
  return made;
}

/** The evidence of the edges of a route that was gathered since, in its order. */
export function freshEdges(
  route: RouteEvidence,
  seen: ReadonlyMap<string, EdgeEvidence | null>,
  oldestMs: number,
): readonly EdgeEvidence[] {
  const fresh: EdgeEvidence[] = [];
  for (const id of edgeIdsOf(route)) {
    const evidence = seen.get(id) ?? null;
    if (evidence !== null && Date.parse(evidence.at) >= oldestMs) fresh.push(evidence);
  }
  return fresh;
}

/** Evidence of edges by the vantage that has it; carried from one reading to the next, so that a shared edge is read once. */
export type SeenEdges = Map<string, Map<string, EdgeEvidence | null>>;

/** Where evidence is from. */
export interface Place {
  /** Whose is shown of partners of which nothing is published yet. */
  readonly vantage?: string;
  readonly vantages?: Vantages | undefined;
  /** Whose is shown of every partner, whoever shows what is published. */
  readonly from?: string;
}

/** Which partners are shown from where; one group without a name where there is one vantage. */
function groupsOf(
  domains: readonly string[],
  standings: ReadonlyMap<string, Standing>,
  { vantage, vantages, from: asked }: Place,
): ReadonlyMap<string, readonly string[]> {
  if (vantages === undefined) return new Map([['', domains]]);
  const groups = new Map<string, string[]>();
  for (const domain of domains) {
    const from = asked ?? standings.get(domain)?.ballot?.shownFrom ?? vantage ?? vantages.names[0] ?? '';
    const group = groups.get(from) ?? [];
    groups.set(from, group);
    group.push(domain);
  }
  return groups;
}

/** The evidence behind what is published: of several vantages that of the one that shows it. Routes that are `known` are not read. */
export async function readShown(
  store: Store,
  domains: readonly string[],
  standings: ReadonlyMap<string, Standing>,
  place: Place,
  seen: SeenEdges,
  known: ReadonlyMap<string, { readonly route: RouteEvidence | null }> = new Map(),
): Promise<ReadonlyMap<string, Shown>> {
  const shown = new Map<string, Shown>();
  for (const [from, group] of groupsOf(domains, standings, place)) {
    const there = from === '' ? store : store.at(from);
    const edges = seen.get(from) ?? new Map<string, EdgeEvidence | null>();
    seen.set(from, edges);
    const routes = new Map(await there.routes(group.filter((domain) => !known.has(domain))));
    for (const domain of group) {
      const route = known.get(domain)?.route ?? null;
      if (route !== null) routes.set(domain, route);
    }
    const unseen = [...new Set([...routes.values()].flatMap(edgeIdsOf))].filter((id) => !edges.has(id));
    const found = await there.edges(unseen);
    for (const id of unseen) edges.set(id, found.get(id) ?? null);
    for (const [domain, route] of routes)
      shown.set(domain, { route, edges, ...(from === '' ? {} : { seenFrom: from }) });
  }
  return shown;
}
