import type { RouteEvidence } from '../federation/observation.ts';
import { isDecisive, type RouteFacts } from '../probe/dns/facts.ts';
import type { Store } from '../store/store.ts';

/**
 * The evidence with the name servers of the evidence before it, where DNS gave no answer and this process has not learned
 * them: it started after the zone had failed. Rejects with StoreUnavailable.
 */
export async function withKnownZone(found: RouteEvidence, store: Pick<Store, 'routes'>): Promise<RouteEvidence> {
  const facts = found.observation.facts as RouteFacts;
  if (facts.failure === null || isDecisive(facts.failure) || facts.nameServers !== undefined) return found;
  const kept = (await store.routes([found.domain])).get(found.domain);
  const { nameServers } = (kept?.observation.facts ?? {}) as Partial<RouteFacts>;
  if (nameServers === undefined) return found;
  return { ...found, observation: { ...found.observation, facts: { ...facts, nameServers } } };
}
