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
import { edgeWindowOf } from '../schedule/confirm.ts';
import type { Store } from '../store/store.ts';

/** What judging needs: evidence in, standings out. */
export interface JudgePorts {
  readonly store: Pick<Store, 'routes' | 'edges' | 'standings' | 'baselines' | 'advance'>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly hysteresis: Hysteresis;
}

/** This many partners are read and judged at a time. */
const bulk = 500;

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

/** Judges one partner if its evidence is complete and newer than its standing. Null: nothing was committed. */
async function judgeOne(
  { store, partners, hysteresis }: JudgePorts,
  route: RouteEvidence,
  edges: ReadonlyMap<string, EdgeEvidence>,
  previous: Standing | null,
  expected: Baseline | null,
): Promise<Standing | null> {
  const partner = partners.get(route.domain);
  if (partner === undefined || (previous !== null && previous.slotMs >= route.slotMs)) return null;
  if (edgesMissing(route, edgeWindowOf(partner, route.slotMs, previous?.slotMs ?? null), edges).length > 0) return null;
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
  const kept = await store.advance(standing, previous?.slotMs ?? null, change, ticksOf(diagnosis), followed);
  return kept ? standing : null;
}

/**
 * Advances the standings of these partners, as far as they are in the config, their evidence is complete and their
 * newest slot was not judged yet. Answers those advanced. Doing it again changes nothing. What goes wrong with one is
 * thrown after all others were judged.
 */
export async function judgePartners(ports: JudgePorts, domains: readonly string[]): Promise<readonly Standing[]> {
  const { store, partners } = ports;
  const wanted = domains.filter((domain) => partners.has(domain));
  const errors: unknown[] = [];
  const advanced: Standing[] = [];
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
      else if (each.value !== null) advanced.push(each.value);
    }
  }
  if (errors.length > 0) throw errors.find(putsBack) ?? errors[0];
  return advanced;
}
