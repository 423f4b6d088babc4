import type { Config } from '../config/config.ts';
import { blindnessOf } from '../federation/blindness.ts';
import { lookoutsOf, lookTargets } from '../federation/canary.ts';
import type { Sight } from './snapshot.ts';
import type { Store } from './store.ts';

/** What is to be known of a configuration to read by what we see. */
export type Watching = Pick<Config, 'partners' | 'canary' | 'controls' | 'vantages' | 'politeness'>;

/** What the canary, the controls and the partners together say at each vantage; null: nobody said anything, and there is no canary. */
export async function readSight(store: Store, config: Watching, nowMs: number): Promise<Sight | null> {
  const lookouts = lookoutsOf(config, config.partners);
  const targets = lookTargets(lookouts);
  const places = config.vantages?.names.map((name) => store.at(name)) ?? [store];
  const seen = await Promise.all(places.map((place) => place.looks(targets)));
  if (lookouts.length === 0 && seen.every((looks) => looks.size === 0)) return null;
  const found = seen.map((looks) => blindnessOf(lookouts, looks, nowMs));
  const [first = null] = found;
  return {
    blindness: found.every((each) => each !== null) ? first : null,
    blind: found.filter((each) => each !== null),
    looks: seen.flatMap((looks) => targets.map((target) => looks.get(target)).filter((look) => look !== undefined)),
  };
}
