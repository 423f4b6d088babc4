import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { Blindness } from '../federation/blindness.ts';
import { effectiveEveryMs, staleAfterIntervals } from '../federation/cadence.ts';
import type { Change } from '../federation/change.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { publish } from '../federation/published.ts';
import { isStopped } from '../federation/stop.ts';
import { mostEvents } from './keys.ts';
import { readSight, type Watching } from './read-sight.ts';
import { providerOf, type PartnerSnapshot, type Snapshot } from './snapshot.ts';
import { StoreUnavailable, type Store } from './store.ts';
import { byDomain, notExaminedSince, readsAs, stands, type Before } from './read-again.ts';
import { edgeIdsOf, freshEdges, readShown, type Place, type SeenEdges } from './read-evidence.ts';
import { emptyTally } from './tally.ts';

const partnersAtOnce = 500;
/** How many of the latest changes a view is given. */
export const shownEvents = 500;

type Watched = Pick<Config, 'partners' | 'maintenance' | 'politeness'> & Watching & Place;

/** What a view asks for, if not everything of everybody. */
export interface Asked {
  /** This partner alone; none, when the config does not name it. */
  readonly domain?: string;
  /** Not what is expected of partners: nothing that lists them shows it. */
  readonly baselines?: boolean;
  /** An earlier reading: what led to a standing that is the same object as then is not read again. */
  readonly before?: Snapshot | null;
}

/**
 * Reads what every view needs of the partners of a configuration, in its order. An unreachable store is an answer,
 * not an error. Other work gets a turn after every 500 partners.
 */
export async function readSnapshot(
  store: Store,
  config: Watched,
  nowMs: number,
  { domain: only, baselines = true, before = null }: Asked = {},
): Promise<Snapshot> {
  try {
    const wanted = only === undefined ? config.partners : config.partners.filter(({ domain }) => domain === only);
    const sight = await readSight(store, config, nowMs);
    const out = await store.quarantined(nowMs);
    const partners: PartnerSnapshot[] = [];
    const edges: SeenEdges = new Map();
    // Counters belong to all of several vantages, and move without the standing.
    const earlier = config.vantages === undefined ? (before?.partners ?? []) : [];
    const circumstances = { nowMs, out, blindness: sight?.blindness ?? null, baselines };
    for (let from = 0; from < wanted.length; from += partnersAtOnce) {
      const some = wanted.slice(from, from + partnersAtOnce);
      // In the order of the configuration: who stands elsewhere since it changed is read again.
      const known = byDomain(earlier.slice(from, from + partnersAtOnce));
      partners.push(...(await readPartners(store, some, config, edges, { ...circumstances, known })));
      await setImmediate();
    }
    const listed = new Set(wanted.map(({ domain }) => domain));
    const events = (await storyOf(store, only === undefined ? undefined : partners[0])).filter(
      ({ domain }) => domain === null || listed.has(domain),
    );
    const own = await store.own();
    const book = await store.causes();
    const ofUs = { ...(sight === null ? {} : { sight }), ...(own === null ? {} : { own }) };
    return { nowMs, storeUp: true, partners, events, ...ofUs, ...(book === null ? {} : { book }) };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { nowMs, storeUp: false, partners: [], events: [] };
  }
}

/** The latest changes; of one partner that does not work all since it did, also when others had many meanwhile. */
async function storyOf(store: Store, one: PartnerSnapshot | undefined): Promise<readonly Change[]> {
  const latest = await store.events(shownEvents);
  const goodMs = one?.published.standing?.lastGoodMs ?? null;
  const oldest = latest.at(-1);
  const isWhole = one === undefined || goodMs === null || oldest === undefined || oldest.atMs <= goodMs;
  const works = one?.published.state === 'healthy' || one?.published.state === 'degraded';
  return isWhole || works || latest.length < shownEvents ? latest : store.events(mostEvents);
}

const noEdges: ReadonlyMap<string, EdgeEvidence | null> = new Map();

/** What lies over every partner. */
interface Circumstances {
  readonly nowMs: number;
  readonly blindness: Blindness | null;
  /** Who, and what edges, are left out, and until when. */
  readonly out: ReadonlyMap<string, number>;
  readonly baselines: boolean;
  readonly known: Before;
}

/** `seen` carries the evidence of edges from one chunk to the next: a shared edge is read once. */
async function readPartners(
  store: Store,
  partners: readonly Partner[],
  config: Watched,
  seen: SeenEdges,
  { nowMs, blindness, out, baselines: withBaselines, known }: Circumstances,
): Promise<readonly PartnerSnapshot[]> {
  const domains = partners.map(({ domain }) => domain);
  // One after the other: three replies at once would be parsed in one breath.
  const standings = await store.standings(domains);
  const same = notExaminedSince(known, standings, nowMs);
  const tallies = await store.tallies(domains.filter((domain) => !same.has(domain)));
  const baselines = withBaselines ? await store.baselines(domains) : new Map<string, never>();
  const shown = await readShown(store, domains, standings, config, seen, same);

  const nothingOver =
    blindness === null && out.size === 0 && config.maintenance.length === 0 && config.politeness?.stops === undefined;
  return partners.map((partner) => {
    const { route, edges, seenFrom } = shown.get(partner.domain) ?? { route: null, edges: noEdges };
    const standing = standings.get(partner.domain) ?? null;
    const baseline = baselines.get(partner.domain) ?? null;
    const oldestMs = nowMs - staleAfterIntervals * effectiveEveryMs(partner, standing, nowMs);
    const was = same.get(partner.domain);
    if (was !== undefined && nothingOver && stands(was, { partner, baseline, seenFrom, edges, oldestMs })) return was;
    const overlay = {
      // Only windows ask for it.
      provider: config.maintenance.length === 0 ? null : providerOf(partner, route),
      blindness,
      stopped: isStopped(config.politeness?.stops, partner, route),
      outUntilMs: leftOutUntil(out, partner, route),
    };
    const now: PartnerSnapshot = {
      published: publish(partner, standing, config.maintenance, nowMs, overlay),
      route,
      edges: route === null ? [] : freshEdges(route, edges, oldestMs),
      ...(seenFrom === undefined ? {} : { seenFrom }),
      tally: was?.tally ?? tallies.get(partner.domain) ?? emptyTally,
      baseline,
    };
    return was !== undefined && readsAs(was, now) ? was : now;
  });
}

function leftOutUntil(
  out: ReadonlyMap<string, number>,
  { domain }: Partner,
  route: RouteEvidence | null,
): number | null {
  if (out.size === 0) return null;
  const outs = [domain, ...(route === null ? [] : edgeIdsOf(route))].map((id) => out.get(id) ?? 0);
  return Math.max(...outs) || null;
}
