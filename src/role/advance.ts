import { broughtBack } from '../federation/brought-back.ts';
import { edgeId } from '../federation/edge.ts';
import { isFarAhead } from '../federation/slot.ts';
import type { Baseline } from '../federation/baseline.ts';
import { follow } from '../federation/follow.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import { followWords, type Words } from '../federation/ours.ts';
import type { Partner } from '../federation/partner.ts';
import type { Hysteresis } from '../federation/history.ts';
import { advance, type Standing } from '../federation/standing.ts';
import type { Sight } from '../federation/sight.ts';
import { followsDrift, type Standpoint } from '../federation/vantage.ts';
import { checkStandings, review, reviewDrift, ticksOf } from '../probe/review.ts';
import { sightOf } from '../probe/sight.ts';
import { putsBack } from '../queue/put-back.ts';
import { edgeWindowOf } from '../schedule/confirm.ts';
import { chunksOf } from '../store/chunks.ts';
import type { Followed, News, Store } from '../store/store.ts';

/** What judging needs: evidence in, standings out. */
export interface JudgePorts {
  readonly store: Pick<Store, 'edges' | 'advance'>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly hysteresis: Hysteresis;
  /** Absent: the only vantage. Of several each keeps its standing and tells no change of it. */
  readonly standpoint?: Standpoint;
  /** How the configuration has a partner examined otherwise than others; absent: changes of it are not told. */
  readonly wordsOf?: (partner: Partner) => Words;
  /** Edges that were kept just now, and need not be read. */
  readonly fresh: ReadonlyMap<string, EdgeEvidence>;
}

/** What judging begins with. */
export interface Gathered {
  readonly news: readonly News[];
  /**
   * By the clock of the store, epoch milliseconds: what was written far ahead of it, while a clock was wrong, is in nobody's
   * way. Ours may have jumped since the examination.
   */
  readonly nowMs: number;
  /** We do not see: only what works is judged, what fails says nothing. */
  readonly blind: boolean;
}

/** The edges of so many partners are read at a time. */
const bulk = 500;
/** So many are judged in one go, in some ten milliseconds; then whoever connects meanwhile gets a turn. */
const inOneGo = 20;

/** The edges of a route that nobody has looked at in this window yet; none: the evidence is complete. */
export function edgesMissing(
  route: RouteEvidence,
  windowMs: number,
  edges: ReadonlyMap<string, EdgeEvidence>,
  nowMs: number,
): RouteEvidence['edges'] {
  return route.edges.filter((edge) => {
    const slotMs = edges.get(edgeId(edge))?.slotMs ?? -1;
    return slotMs < windowMs || isFarAhead(slotMs, nowMs);
  });
}

/** When the newest piece of evidence was gathered, epoch milliseconds. */
function examinedMs(route: RouteEvidence, edges: ReadonlyMap<string, EdgeEvidence>): number {
  const seen = route.edges.map((edge) => edges.get(edgeId(edge))?.at).filter((at) => at !== undefined);
  return Math.max(...[route.at, ...seen].map((at) => Date.parse(at)));
}

/** What is expected of a partner after one more examination, and what is told: of theirs, then of ours. */
function followed(
  expected: Baseline | null,
  sight: Sight,
  words: Words | undefined,
): Pick<Followed, 'changes'> & { readonly baseline: Baseline | null } {
  const { baseline, changes } = follow(expected, sight);
  if (words === undefined) return { baseline, changes };
  const ours = followWords(expected, baseline, words, sight);
  return { baseline: ours.baseline, changes: [...changes, ...ours.changes] };
}

/** Judges one partner if its evidence is complete. Null: nothing was committed. */
async function judgeOne(
  { store, partners, hysteresis, standpoint, wordsOf }: JudgePorts,
  { route, standing: stored, baseline: expected }: News,
  edges: ReadonlyMap<string, EdgeEvidence>,
  { blind, nowMs }: Gathered,
): Promise<Standing | null> {
  const partner = partners.get(route.domain);
  if (partner === undefined) return null;
  if (edgesMissing(route, edgeWindowOf(partner, route.slotMs, stored?.slotMs ?? null), edges, nowMs).length > 0)
    return null;
  const previous = stored === null ? null : broughtBack(stored, nowMs);
  const found = review(route, edges);
  const works = found.state === 'healthy' || found.state === 'degraded';
  if (blind && !works) return null;
  const seen = route.edges.map((edge) => edges.get(edgeId(edge))).filter((each) => each !== undefined);
  const { baseline, changes } = followsDrift(standpoint)
    ? followed(expected, sightOf(route, seen, works), wordsOf?.(partner))
    : { baseline: null, changes: [] };
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
  const kept =
    baseline !== null && baseline !== expected ? { baseline, previousSlotMs: expected?.slotMs ?? null, changes } : null;
  const told = standpoint === undefined ? change : null;
  // Refused: another worker judged the same evidence first, and its result is this one.
  const done = await store.advance(standing, stored?.slotMs ?? null, told, ticksOf(diagnosis, seen), kept);
  return done ? standing : null;
}

/**
 * Advances the standings of those partners of which there is news, as far as they are in the config and their evidence is
 * complete. Answers those advanced. Doing it again changes nothing. What goes wrong with one is thrown after all others
 * were judged.
 */
export async function judgePartners(ports: JudgePorts, gathered: Gathered): Promise<readonly Standing[]> {
  const { store, fresh } = ports;
  const { news } = gathered;
  const errors: unknown[] = [];
  const advanced: Standing[] = [];
  for (const some of chunksOf(news, bulk)) {
    const ids = [...new Set(some.flatMap(({ route }) => route.edges.map(edgeId)))];
    const read = await store.edges(ids.filter((id) => !fresh.has(id)));
    const edges = new Map([...read, ...fresh]);
    for (const few of chunksOf(some, inOneGo)) {
      for (const each of await Promise.allSettled(few.map((one) => judgeOne(ports, one, edges, gathered)))) {
        if (each.status === 'rejected') errors.push(each.reason);
        else if (each.value !== null) advanced.push(each.value);
      }
    }
  }
  if (errors.length > 0) throw errors.find(putsBack) ?? errors[0];
  return advanced;
}
