import { setImmediate } from 'node:timers/promises';
import type { Partner } from '../federation/partner.ts';
import { isTroubled } from '../probe/case.ts';
import { chunksOf } from '../store/chunks.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';

const atOnce = 500;

/**
 * Whether there may be a cause that partners share, or one is remembered: by what stands of them, without the evidence
 * behind it, of which there is ten times as much. A store that cannot be read is left to who reads it in full.
 */
export async function mayShareCauses(
  store: Pick<Store, 'standings' | 'causes'>,
  partners: readonly Partner[],
): Promise<boolean> {
  try {
    const book = await store.causes();
    if (book !== null && book.causes.length > 0) return true;
    for (const some of chunksOf(partners, atOnce)) {
      const standings = await store.standings(some.map(({ domain }) => domain));
      if ([...standings.values()].some(isTroubled)) return true;
      await setImmediate();
    }
    return false;
  } catch (error) {
    if (error instanceof StoreUnavailable) return true;
    throw error;
  }
}
