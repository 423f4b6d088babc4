import type { Baseline } from '../federation/baseline.ts';
import { edgeId, type Edge } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import type { Standing } from '../federation/standing.ts';
import { asError } from '../net/progress.ts';
import type { JobContext } from '../queue/consumer.ts';
import type { EdgeSlot } from '../queue/job.ts';
import { claimsAtOnce, type Claim } from '../store/store.ts';
import { delaysMs, edgesAtOnce, keptMs } from './terms.ts';
import type { Company, Together } from './together.ts';
import { sureOfClock, type WorkParts } from './work-parts.ts';

/** A route that was looked up, or found kept. */
export interface Found {
  readonly partner: Partner;
  readonly route: RouteEvidence;
  /** The route that was kept of it when the job began; the same where it is that of this slot. */
  readonly kept: RouteEvidence | null;
}

/** What is known around it; `nowMs` by the clock of the store. */
export interface Around {
  /** False: something newer was there. */
  readonly isKept: boolean;
  readonly standing: Standing | null;
  readonly baseline: Baseline | null;
  readonly edges: ReadonlyMap<string, EdgeEvidence>;
  readonly isBlind: boolean;
  readonly nowMs: number;
}

/** Keeps a route and looks at what it is judged with. */
export type RouteKeeper = Together<Found, Around>;

/** Routes that are found at about the same time are kept in one trip. */
export const routeCompany: Company = { waitMs: 10, most: 40 };

export async function keepAll({ store, eyes }: WorkParts, all: readonly Found[]): Promise<readonly (Around | Error)[]> {
  const keep = async ({ partner, route, kept }: Found): Promise<boolean | Error> => {
    try {
      return route === kept || (await store.recordRoute(route, keptMs(partner), kept));
    } catch (error) {
      return asError(error);
    }
  };
  const domains = all.map(({ route }) => route.domain);
  const ids = [...new Set(all.flatMap(({ route }) => route.edges.map(edgeId)))];
  const [kept, standings, baselines, edges, blindness, nowMs] = await Promise.all([
    Promise.all(all.map(keep)),
    store.standings(domains),
    store.baselines(domains),
    store.edges(ids),
    eyes.blindness(),
    store.time(),
  ]);
  return domains.map((domain, at) => {
    const isKept = kept[at] ?? false;
    if (isKept instanceof Error) return isKept;
    const [standing, baseline] = [standings.get(domain) ?? null, baselines.get(domain) ?? null];
    return { isKept, standing, baseline, edges, isBlind: blindness !== null, nowMs };
  });
}

/** The edges of a partner that nobody has looked at in its window. */
export interface Ask {
  readonly partner: Partner;
  readonly missing: readonly Edge[];
  readonly windowMs: number;
  readonly context: Pick<JobContext, 'rerun' | 'urgent'>;
}

/** Sees to it that somebody examines them; answers how many of them this took on. */
export type Asks = Together<Ask, number>;

export const askCompany: Company = { waitMs: 0, most: 40 };

export async function askAll(parts: WorkParts, all: readonly Ask[]): Promise<readonly number[]> {
  const { store, producer } = parts;
  sureOfClock(parts);
  const claims = all.map(({ missing, windowMs }) => missing.map((edge) => ({ id: edgeId(edge), slotMs: windowMs })));
  const wanted = claims.flat();
  const granted = new Set<Claim>();
  for (let at = 0; at < wanted.length; at += claimsAtOnce)
    for (const each of await store.claimEdges(wanted.slice(at, at + claimsAtOnce))) granted.add(each);
  const slots = all.map(({ partner, missing, windowMs, context }, at): readonly EdgeSlot[] => {
    const { timeoutMs, everyMs } = partner;
    return missing.flatMap((edge, which): readonly EdgeSlot[] => {
      const slot = { edge, slotMs: windowMs, timeoutMs, everyMs };
      if (granted.has(claims[at]?.[which] as Claim)) return [slot];
      // A worker that died may have claimed it and not added it, or have added it: nobody knows.
      return context.rerun ? [{ ...slot, again: 'asked' as const }] : [];
    });
  });
  const rests = await Promise.all(all.map(({ partner }, at) => restsOf(parts, partner, slots[at] ?? [])));
  for (const urgent of [true, false]) {
    const chosen = all.flatMap(({ context }, at) => (context.urgent === urgent && slots[at]?.length !== 0 ? [at] : []));
    if (chosen.length === 0) continue;
    const due = chosen.flatMap((at) =>
      (slots[at] ?? []).map((slot, which) => ({ slot, rest: rests[at]?.[which] ?? 0 })),
    );
    const [fresh, doubtful] = [
      due.filter(({ slot }) => slot.again === undefined),
      due.filter(({ slot }) => slot.again),
    ];
    await producer.addEdges(
      fresh.map(({ slot }) => slot),
      fresh.map(({ rest }) => rest),
      urgent,
    );
    // By itself, so that the same again is one job.
    for (const { slot, rest } of doubtful) await producer.addEdges([slot], [rest], urgent);
  }
  return slots.map(({ length }) => length);
}

/** How long each of a partner's edges rests: nobody who shares one of them may miss a slot by it. */
async function restsOf(
  { store, partners }: WorkParts,
  { everyMs, timeoutMs }: Partner,
  slots: readonly EdgeSlot[],
): Promise<readonly number[]> {
  const later = slots.slice(edgesAtOnce).map(({ edge }) => edgeId(edge));
  const listed = later.length === 0 ? [] : [...(await store.partnersOf(later)).values()];
  const intervals = [...new Set(listed.flat())].map((domain) => partners.get(domain)?.everyMs ?? everyMs);
  const shortestMs = intervals.reduce((shortest, each) => Math.min(shortest, each), everyMs);
  return delaysMs(slots.length, { everyMs: shortestMs, timeoutMs });
}
