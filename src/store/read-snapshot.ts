import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { effectiveEveryMs } from '../federation/cadence.ts';
import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { providerAmong } from '../federation/provider.ts';
import { publish, staleAfterIntervals } from '../federation/published.ts';
import type { PartnerSnapshot, Snapshot } from './snapshot.ts';
import { StoreUnavailable, type Store } from './store.ts';
import { emptyTally } from './tally.ts';

const partnersAtOnce = 500;
/** How many of the latest changes a view is given. */
export const shownEvents = 500;

type Watched = Pick<Config, 'partners' | 'maintenance'>;

/**
 * Reads what every view needs of the partners of a configuration, in its order. An unreachable store is an answer,
 * not an error. Other work gets a turn after every 500 partners.
 */
export async function readSnapshot(store: Store, config: Watched, nowMs: number): Promise<Snapshot> {
  try {
    const partners: PartnerSnapshot[] = [];
    const edges = new Map<string, EdgeEvidence | null>();
    for (let from = 0; from < config.partners.length; from += partnersAtOnce) {
      const some = config.partners.slice(from, from + partnersAtOnce);
      partners.push(...(await readPartners(store, some, config, edges, nowMs)));
      await setImmediate();
    }
    const known = new Set(config.partners.map(({ domain }) => domain));
    const events = (await store.events(shownEvents)).filter(({ domain }) => known.has(domain));
    return { nowMs, storeUp: true, partners, events };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { nowMs, storeUp: false, partners: [], events: [] };
  }
}

/** `seen` carries the evidence of edges from one chunk to the next: a shared edge is read once. */
async function readPartners(
  store: Store,
  partners: readonly Partner[],
  config: Watched,
  seen: Map<string, EdgeEvidence | null>,
  nowMs: number,
): Promise<readonly PartnerSnapshot[]> {
  const domains = partners.map(({ domain }) => domain);
  // One after the other: three replies at once would be parsed in one breath.
  const standings = await store.standings(domains);
  const routes = await store.routes(domains);
  const tallies = await store.tallies(domains);
  const baselines = await store.baselines(domains);
  const unseen = new Set([...routes.values()].flatMap(({ edges }) => edges.map(edgeId)).filter((id) => !seen.has(id)));
  const found = await store.edges([...unseen]);
  for (const id of unseen) seen.set(id, found.get(id) ?? null);

  return partners.map((partner) => {
    const route = routes.get(partner.domain) ?? null;
    const standing = standings.get(partner.domain) ?? null;
    const hosts = [
      ...(route?.edges.map(({ host }) => host) ?? []),
      ...(partner.route === null ? [] : [partner.route.host]),
    ];
    const oldestMs = nowMs - staleAfterIntervals * effectiveEveryMs(partner, standing, nowMs);
    return {
      published: publish(partner, standing, config.maintenance, nowMs, providerAmong(hosts)),
      route,
      edges: freshEdges(route, seen, oldestMs),
      tally: tallies.get(partner.domain) ?? emptyTally,
      baseline: baselines.get(partner.domain) ?? null,
    };
  });
}

function freshEdges(
  route: RouteEvidence | null,
  seen: ReadonlyMap<string, EdgeEvidence | null>,
  oldestMs: number,
): readonly EdgeEvidence[] {
  return (route?.edges ?? [])
    .map((edge) => seen.get(edgeId(edge)) ?? null)
    .filter((evidence) => evidence !== null)
    .filter((evidence) => Date.parse(evidence.at) >= oldestMs);
}
