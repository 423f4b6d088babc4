import { edgeId } from '../federation/edge.ts';
import type { Baseline } from '../federation/baseline.ts';
import { follow } from '../federation/follow.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import type { Hysteresis } from '../federation/history.ts';
import { advance, type Standing } from '../federation/standing.ts';
import { checkStandings, review, reviewDrift, ticksOf } from '../probe/review.ts';
import { sightOf } from '../probe/sight.ts';
import { putsBack } from '../queue/put-back.ts';
import type { Store } from '../store/store.ts';

/** What judging needs: evidence in, standings out. */
export interface JudgePorts {
  readonly store: Pick<Store, 'routes' | 'edges' | 'standings' | 'baselines' | 'advance'>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly hysteresis: Hysteresis;
}

/** This many partners are read and judged at a time. */
const bulk = 500;

/** The slot of an edge that serves a partner's slot: all partners of one interval meet in the same window. */
export function windowOf(slotMs: number, everyMs: number): number {
  return Math.floor(slotMs / everyMs) * everyMs;
}

/** The edges of a route that nobody has looked at in this window yet; none: the evidence is complete. */
export function edgesMissing(
  route: RouteEvidence,
  windowMs: number,
  edges: ReadonlyMap<string, EdgeEvidence>,
): RouteEvidence['edges'] {
  return route.edges.filter((edge) => (edges.get(edgeId(edge))?.slotMs ?? -1) < windowMs);
}

/** When the newest piece of evidence was gathered, epoch milliseconds. */
function examinedMs(route: RouteEvidence, edges: ReadonlyMap<string, EdgeEvidence>): number {
  const seen = route.edges.map((edge) => edges.get(edgeId(edge))?.at).filter((at) => at !== undefined);
  return Math.max(...[route.at, ...seen].map((at) => Date.parse(at)));
}

/** Judges one partner if its evidence is complete and newer than its standing. False: nothing was committed. */
async function judgeOne(
  { store, partners, hysteresis }: JudgePorts,
  route: RouteEvidence,
  edges: ReadonlyMap<string, EdgeEvidence>,
  previous: Standing | null,
  expected: Baseline | null,
): Promise<boolean> {
  const partner = partners.get(route.domain);
  if (partner === undefined || (previous !== null && previous.slotMs >= route.slotMs)) return false;
  if (edgesMissing(route, windowOf(route.slotMs, partner.everyMs), edges).length > 0) return false;
  const found = review(route, edges);
  const works = found.state === 'healthy' || found.state === 'degraded';
  const seen = route.edges.map((edge) => edges.get(edgeId(edge))).filter((each) => each !== undefined);
  const { baseline, changes } = follow(expected, sightOf(route, seen, works));
  const diagnosis = reviewDrift(found, baseline);
  const { standing, change } = advance(
    previous,
    {
      domain: route.domain,
      slotMs: route.slotMs,
      examinedMs: examinedMs(route, edges),
      diagnosis,
      checks: checkStandings(previous?.checks ?? {}, route, edges, diagnosis),
    },
    hysteresis,
  );
  const isNews = baseline !== null && baseline !== expected;
  const followed = isNews ? { baseline, previousSlotMs: expected?.slotMs ?? null, changes } : null;
  // Refused: another worker judged the same evidence first, and its result is this one.
  return store.advance(standing, previous?.slotMs ?? null, change, ticksOf(diagnosis), followed);
}

/**
 * Advances the standings of these partners, as far as they are in the config, their evidence is complete and their
 * newest slot was not judged yet. The number advanced. Doing it again changes nothing. What goes wrong with one is
 * thrown after all others were judged.
 */
export async function judgePartners(ports: JudgePorts, domains: readonly string[]): Promise<number> {
  const { store, partners } = ports;
  const wanted = domains.filter((domain) => partners.has(domain));
  const errors: unknown[] = [];
  let advanced = 0;
  for (let at = 0; at < wanted.length; at += bulk) {
    const some = wanted.slice(at, at + bulk);
    const [routes, standings] = await Promise.all([store.routes(some), store.standings(some)]);
    const fresh = [...routes.values()].filter(({ domain, slotMs }) => slotMs > (standings.get(domain)?.slotMs ?? -1));
    const [edges, baselines] = await Promise.all([
      store.edges([...new Set(fresh.flatMap((route) => route.edges.map(edgeId)))]),
      store.baselines(fresh.map(({ domain }) => domain)),
    ]);
    const done = await Promise.allSettled(
      fresh.map((route) => {
        const { domain } = route;
        return judgeOne(ports, route, edges, standings.get(domain) ?? null, baselines.get(domain) ?? null);
      }),
    );
    for (const each of done) {
      if (each.status === 'rejected') errors.push(each.reason);
      else if (each.value) advanced += 1;
    }
  }
  if (errors.length > 0) throw errors.find(putsBack) ?? errors[0];
  return advanced;
}
