import type { LedgerEntry } from '../federation/ledger.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';

/** So many entries wait for a store that is away; more push the oldest out. */
export const mostOwed = 1_000;

/** What one piece of work sent to an edge and nobody has written down yet; null: nothing. */
export interface Page {
  sent: LedgerEntry | null;
}

/** Sees to it that what was sent is in the ledger, whatever becomes of what was seen. */
export interface SentBook {
  /**
   * Runs `work`, which puts on its page what it sends to the edge of this id and takes it off when evidence took it along.
   * What is left when it ends, or fails, is kept alone; what the store does not take now is owed and kept with the next.
   */
  keeping<Result>(id: string, work: (page: Page) => Promise<Result>): Promise<Result>;
}

export function createSentBook(store: Pick<Store, 'recordSent'>): SentBook {
  let owed: readonly (readonly [id: string, sent: LedgerEntry])[] = [];

  async function keepOwed(): Promise<void> {
    const due = owed;
    owed = [];
    for (const [at, [id, sent]] of due.entries()) {
      try {
        await store.recordSent(id, sent);
      } catch (error) {
        // The work itself tells of a store that is away. An entry that was kept without our hearing of it is kept once.
        owed = [...due.slice(at), ...owed].slice(-mostOwed);
        if (error instanceof StoreUnavailable) return;
        throw error;
      }
    }
  }

  return {
    async keeping(id, work) {
      const page: Page = { sent: null };
      try {
        return await work(page);
      } finally {
        if (page.sent !== null) owed = [...owed, [id, page.sent]];
        if (owed.length > 0) await keepOwed();
      }
    },
  };
}
