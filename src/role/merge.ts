import { blindnessOf } from '../federation/blindness.ts';
import { lookTargets } from '../federation/canary.ts';
import { broughtBack } from '../federation/brought-back.ts';
import type { Hysteresis } from '../federation/history.ts';
import type { Partner } from '../federation/partner.ts';
import { merge } from '../federation/quorum.ts';
import type { Standing } from '../federation/standing.ts';
import type { Vantages } from '../federation/vantage.ts';
import type { Store } from '../store/store.ts';

/** What merging needs: the standings of all vantages in, the published one out. */
export interface MergePorts {
  /** The memory of all, not of one vantage. */
  readonly store: Pick<Store, 'standings' | 'advance' | 'at'>;
  readonly partners: ReadonlyMap<string, Partner>;
  readonly vantages: Vantages;
  readonly hysteresis: Hysteresis;
  /** The canary and the controls. */
  readonly lookouts: readonly Partner[];
  readonly nowMs: number;
}

/** This many partners are read and merged at a time. */
const bulk = 500;

/**
 * Who lost twice may stop: the second to win read what the first had published, and so after that every vote that was
 * there when this began.
 */
const mostTries = 2;

/** The vantages that do not see. */
async function blindAmong({ store, vantages, lookouts, nowMs }: MergePorts): Promise<ReadonlySet<string>> {
  const blind = new Set<string>();
  const targets = lookTargets(lookouts);
  for (const name of vantages.names) {
    if (blindnessOf(lookouts, await store.at(name).looks(targets), nowMs) !== null) blind.add(name);
  }
  return blind;
}

/** Merges once; the partners that somebody else published meanwhile. */
async function tryOnce(ports: MergePorts, domains: readonly string[]): Promise<readonly string[]> {
  const { store, partners, vantages, nowMs } = ports;
  // The published ones first: what is written from them may not know less than they did.
  const published = await store.standings(domains);
  const seen: (readonly [string, ReadonlyMap<string, Standing>])[] = [];
  const blind = await blindAmong(ports);
  for (const name of vantages.names) seen.push([name, await store.at(name).standings(domains)]);

  const done = await Promise.all(
    domains.map(async (domain) => {
      const partner = partners.get(domain);
      if (partner === undefined) return true;
      const standings = new Map<string, Standing>();
      for (const [name, all] of seen) {
        const standing = all.get(domain);
        if (standing !== undefined) standings.set(name, standing);
      }
      const stored = published.get(domain);
      const previous = stored === undefined ? null : broughtBack(stored, nowMs);
      const merged = merge(previous, { ...ports, partner, standings, blind }, nowMs);
      if (merged === null) return true;
      return store.advance(merged.standing, previous?.slotMs ?? null, merged.change, []);
    }),
  );
  return domains.filter((_, at) => done[at] === false);
}

/** Publishes what all vantages together say of these partners. Each change is told once; doing it again changes nothing. */
export async function mergePartners(ports: MergePorts, domains: readonly string[]): Promise<void> {
  const wanted = domains.filter((domain) => ports.partners.has(domain));
  for (let at = 0; at < wanted.length; at += bulk) {
    let open: readonly string[] = wanted.slice(at, at + bulk);
    for (let tries = 0; tries < mostTries && open.length > 0; tries += 1) open = await tryOnce(ports, open);
  }
}
