import { staleAtMs } from '../federation/cadence.ts';
import type { Standing } from '../federation/standing.ts';
import type { PartnerSnapshot, Snapshot } from './snapshot.ts';

/** What an earlier reading holds, by domain. */
export type Before = ReadonlyMap<string, PartnerSnapshot>;

export function byDomain({ partners }: Pick<Snapshot, 'partners'>): Before {
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
