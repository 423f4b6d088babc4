import { checks } from '../../src/federation/observation.ts';
import { edgeId } from '../../src/federation/edge.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { Store } from '../../src/store/store.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { systemClock } from '../../src/net/clock.ts';
import { scriptedNet } from '../fakes/scripted-net.ts';
import { healthyEdge, settings, sharedDns, sharedRoute } from '../role/bed.ts';
import { baseline, edge, keepMs, standing } from '../store/values.ts';

/** The slot that everything in a filled store is of. */
export const filledSlotMs = 1_700_000_000_000;

const edgesEach = 2;
const atOnce = 100;

export function somePartners(count: number): readonly Partner[] {
  const unsaid = { name: null, owner: null, contact: null, route: null, tier: 'standard' };
  return Array.from({ length: count }, (_, at) => ({
    domain: `partner-${String(at)}.example.com`,
    profile: 'microsoft-federation' as const,
    everyMs: 300_000,
    timeoutMs: 30_000,
    ...unsaid,
  }));
}

async function inLots<T>(all: readonly T[], work: (each: T, at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += atOnce) {
    await Promise.all(all.slice(at, at + atOnce).map((each, next) => work(each, at + next)));
  }
}

/** What a real examination of a healthy edge leaves, to be written for every edge and every partner. */
async function examined(partner: Partner) {
  const clock = { ...systemClock, wall: () => filledSlotMs };
  const net = scriptedNet({ dns: sharedDns, edges: { '192.0.2.1:5061': healthyEdge(filledSlotMs) } });
  const route = await examineRoute({ ...partner, route: sharedRoute }, filledSlotMs, settings, { net, clock });
  const [first] = route.edges;
  if (first === undefined) throw new Error('the examination found no edge');
  return { route, edge: await examineEdge(first, filledSlotMs, partner.timeoutMs, settings, { net, clock }) };
}

/**
 * Writes everything that one examination of every partner leaves, with the partners spread over so many edges; of a slot
 * `afterMs` later, when there was one before, `beforeMs` after the first.
 */
export async function fill(
  store: Store,
  partners: readonly Partner[],
  edges: number,
  afterMs = 0,
  beforeMs = 0,
): Promise<void> {
  const slotMs = filledSlotMs + afterMs;
  const previousSlotMs = afterMs === 0 ? null : filledSlotMs + beforeMs;
  const [first] = partners;
  if (first === undefined) return;
  const seen = await examined(first);
  const used = Array.from({ length: edges }, (_, at) => edge(at));
  await inLots(used, (each) => store.recordEdge({ ...seen.edge, edge: each, slotMs }, keepMs));
  await inLots(partners, async ({ domain }, at) => {
    const own = Array.from({ length: edgesEach }, (_, next) => edge((at * edgesEach + next) % edges));
    await store.recordRoute({ ...seen.route, domain, edges: own, slotMs }, keepMs);
    const ticks = checks.map((check) => ({ check, code: null }));
    const followed = { baseline: baseline(domain, slotMs), previousSlotMs, changes: [] };
    const now = { ...standing(domain, slotMs), sinceMs: filledSlotMs };
    await store.advance(now, previousSlotMs, null, ticks, followed);
  });
  const wanted = used.map((each) => ({ id: edgeId(each), slotMs }));
  for (let at = 0; at < wanted.length; at += 500) await store.claimEdges(wanted.slice(at, at + 500));
}
