import { edgeId } from '../federation/edge.ts';
import { edgeWindowOf } from '../schedule/confirm.ts';
import type { Store } from '../store/store.ts';
import { edgesMissing } from './advance.ts';
import type { Eyes } from './eyes.ts';

/** Keeps what the canary and the controls among these showed, as far as the evidence of their newest slot is complete. */
export async function judgeLookouts(
  eyes: Eyes,
  store: Pick<Store, 'routes' | 'edges'>,
  domains: readonly string[],
  nowMs: number,
): Promise<void> {
  const wanted = domains.filter((domain) => eyes.lookouts.has(domain));
  if (wanted.length === 0) return;
  for (const [domain, route] of await store.routes(wanted)) {
    const lookout = eyes.lookouts.get(domain);
    const edges = await store.edges(route.edges.map(edgeId));
    if (lookout === undefined) continue;
    const windowMs = edgeWindowOf(lookout, route.slotMs, null);
    if (edgesMissing(route, windowMs, edges, nowMs).length === 0) await eyes.record(route, edges);
  }
}
