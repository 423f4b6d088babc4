import type { Baseline } from '../federation/baseline.ts';
import { staleAtMs } from '../federation/cadence.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import type { Standing } from '../federation/standing.ts';
import { freshEdges } from './read-evidence.ts';
import type { PartnerSnapshot } from './snapshot.ts';

/** What an earlier reading holds, by domain. */
export type Before = ReadonlyMap<string, PartnerSnapshot>;

export function byDomain(partners: readonly PartnerSnapshot[]): Before {
  return new Map(partners.map((partner) => [partner.published.partner.domain, partner]));
}

/**
 * Those of whom an earlier reading holds all that led to their standing: it is the same, so nothing was counted since, and
 * the route is the one it was judged by. Who is stale is read again: then somebody may look at the route without judging.
 */
export function notExaminedSince(before: Before, standings: ReadonlyMap<string, Standing>, nowMs: number): Before {
  const same = new Map<string, PartnerSnapshot>();
  for (const [domain, standing] of standings) {
    const known = before.get(domain);
    if (known?.published.standing !== standing || known.route?.slotMs !== standing.slotMs) continue;
    if (nowMs <= staleAtMs(known.published.partner, standing, nowMs)) same.set(domain, known);
  }
  return same;
}

/** What is read of a partner whose standing is the one of an earlier reading, and not stale. */
interface Now {
  readonly partner: Partner;
  readonly baseline: Baseline | null;
  readonly seenFrom: string | undefined;
  readonly edges: ReadonlyMap<string, EdgeEvidence | null>;
  /** When the oldest evidence was gathered that is shown. */
  readonly oldestMs: number;
}

/** Whether an earlier reading of such a partner stands, while nothing lies over it; without making a new one to compare. */
export function stands(was: PartnerSnapshot, { partner, baseline, seenFrom, edges, oldestMs }: Now): boolean {
  const { published, route } = was;
  if (published.reason !== null || published.partner !== partner) return false;
  if (was.baseline !== baseline || was.seenFrom !== seenFrom || route === null) return false;
  return isSameList(was.edges, freshEdges(route, edges, oldestMs));
}

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((each, at) => each === other[at]);

/** Whether nothing of a partner is another than in an earlier reading: then that one stands, and nothing new is kept. */
export function readsAs(was: PartnerSnapshot, now: PartnerSnapshot): boolean {
  const [before, after] = [was.published, now.published];
  return (
    was.route === now.route &&
    was.tally === now.tally &&
    was.baseline === now.baseline &&
    was.seenFrom === now.seenFrom &&
    isSameList(was.edges, now.edges) &&
    before.partner === after.partner &&
    before.standing === after.standing &&
    before.state === after.state &&
    before.sinceMs === after.sinceMs &&
    before.reason === after.reason &&
    before.untilMs === after.untilMs &&
    before.blindness === after.blindness
  );
}
