import { encoded, type Decoder } from './codec.ts';
import { causesKeptSeconds, ownKeptSeconds, type Keys } from './keys.ts';
import { isCauseBook } from './shape-causes.ts';
import { isOwnReport } from './shape.ts';
import type { Store } from './store.ts';

/** Values at a key of their own, the newest slot only. */
export interface SingleValues {
  readonly record: (key: string, slotMs: number, value: string, keptSeconds: number) => Promise<boolean>;
  readonly read: (key: string) => Promise<string | null>;
}

/** What there is one of for all partners and vantages: the report of our own certificates, and the book of causes. */
export function singleValues(
  keys: Keys,
  decoder: Decoder,
  { record, read }: SingleValues,
): Pick<Store, 'recordOwn' | 'own' | 'recordCauses' | 'causes'> {
  return {
    // What cannot be encoded rejects, as all that a store answers.
    recordOwn: async (report) => record(keys.own, report.slotMs, encoded.own(report), ownKeptSeconds),
    own: async () => decoder.decode(await read(keys.own), isOwnReport),
    recordCauses: async (book) => record(keys.causes, book.slotMs, encoded.causes(book), causesKeptSeconds),
    causes: async () => decoder.decode(await read(keys.causes), isCauseBook),
  };
}
