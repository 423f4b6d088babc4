import { regularUntilMs, rests } from '../federation/cadence.ts';
import type { Partner } from '../federation/partner.ts';
import type { Store } from '../store/store.ts';
import type { DueSlot } from './plan.ts';

/** Those of these slots that are not left out because their partner is long dead. */
export type Awake = (slots: readonly DueSlot[]) => Promise<readonly DueSlot[]>;

/** Looks a partner up only once it could rest by what was seen of it last. */
export function awakeAmong(store: Pick<Store, 'standings'>, partners: ReadonlyMap<string, Partner>): Awake {
  const regular = new Map<string, number>();
  return async (slots) => {
    const asked = slots.filter(({ domain, slotMs }) => slotMs > (regular.get(domain) ?? -Infinity));
    const paced = asked.filter(({ domain }) => partners.get(domain)?.cadence !== undefined);
    if (paced.length === 0) return slots;
    const standings = await store.standings(paced.map(({ domain }) => domain));
    const resting = new Set<DueSlot>();
    for (const slot of paced) {
      const [partner, standing] = [partners.get(slot.domain), standings.get(slot.domain) ?? null];
      if (partner === undefined) continue;
      regular.set(slot.domain, regularUntilMs(partner, standing, slot.slotMs));
      if (rests(partner, standing, slot.slotMs)) resting.add(slot);
    }
    return slots.filter((slot) => !resting.has(slot));
  };
}
