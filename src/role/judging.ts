import type { EdgeEvidence } from '../federation/observation.ts';
import type { Standing } from '../federation/standing.ts';
import { confirmationOf } from '../schedule/confirm.ts';
import { judgePartners, type Gathered } from './advance.ts';
import { judgeLookouts } from './lookouts.ts';
import { mergePartners } from './merge.ts';
import type { WorkParts } from './work-parts.ts';

/** What is new of these partners, and whether we see: one look at the store. */
export async function gather({ store, partners, eyes }: WorkParts, domains: readonly string[]): Promise<Gathered> {
  const known = domains.filter((domain) => partners.has(domain) && !eyes.lookouts.has(domain));
  const [{ nowMs, found }, blindness] = await Promise.all([store.news(known), eyes.blindness()]);
  return { news: found, nowMs, blind: blindness !== null };
}

/** What the caller knows already. */
export interface Known {
  /** Edges that were kept just now. */
  readonly fresh: ReadonlyMap<string, EdgeEvidence>;
  /** What was gathered of the same partners. */
  readonly gathered?: Gathered;
}

/** Judges what this vantage saw, and of several publishes what all say, also when a bug kept some from being judged. */
async function judgeAndMerge(
  parts: WorkParts,
  domains: readonly string[],
  { fresh, gathered }: Known,
): Promise<readonly Standing[]> {
  const { shared: store, partners, eyes, standpoint, world, wordsOf } = parts;
  const { hysteresis } = parts.config;
  const ports = { ...parts, hysteresis, fresh, wordsOf };
  const judging = judgePartners(ports, gathered ?? (await gather(parts, domains)));
  if (standpoint === undefined) return judging;
  try {
    return await judging;
  } finally {
    const { vantages } = standpoint;
    const lookouts = [...eyes.lookouts.values()];
    await mergePartners({ store, partners, lookouts, vantages, hysteresis, nowMs: world.clock.wall() }, domains);
  }
}

/**
 * Judges, and has looked at again soon what was found for the first time. A confirmation that is lost is the next slot's.
 * While we do not see nothing that fails is judged, so nothing of it is confirmed.
 */
export async function judge(
  parts: WorkParts,
  domains: readonly string[],
  known: Known = { fresh: new Map() },
): Promise<void> {
  const { partners, eyes, producer, world } = parts;
  await judgeLookouts(eyes, parts.store, domains, world.clock.wall());
  const others = domains.filter((domain) => !eyes.lookouts.has(domain));
  // What a lookout showed just now says whether we see: what was gathered before does not know it.
  const { fresh, gathered } = known;
  const still = others.length < domains.length || gathered === undefined ? { fresh } : { fresh, gathered };
  const advanced = await judgeAndMerge(parts, others, still);
  const nowMs = world.clock.wall();
  for (const standing of advanced) {
    const partner = partners.get(standing.domain);
    const slot = partner === undefined ? null : confirmationOf(partner, standing);
    if (slot !== null && slot.slotMs > nowMs) await producer.addLater(slot, slot.slotMs - nowMs);
  }
}
