import { createHash } from 'node:crypto';
import type { LedgerEntry, Sending } from '../federation/ledger.ts';
import { encoded, type Decoder } from './codec.ts';
import { ledgerKeptSeconds, mostLedgerEntries } from './keys.ts';
import { isLedgerEntry } from './shape-ledger.ts';

/** An entry as it is kept: its own words, and the text of its request by a digest, since nearly all have the same. */
export interface KeptEntry {
  readonly entry: string;
  /** Empty where nothing was asked. */
  readonly digest: string;
}

/** An entry to be kept, with the text of its request. */
export interface EntryToKeep extends KeptEntry {
  readonly request: string;
}

function withoutText(sending: Sending): Sending {
  const { text, ...rest } = sending;
  return text === undefined ? sending : rest;
}

/** An entry and the text of its request, apart: one connection carries at most one request. */
export function entryToKeep(sent: LedgerEntry): EntryToKeep {
  const request = sent.sendings.find(({ text }) => text !== undefined)?.text ?? '';
  const digest = request === '' ? '' : createHash('sha256').update(request).digest('hex').slice(0, 16);
  return { entry: encoded.ledger({ ...sent, sendings: sent.sendings.map(withoutText) }), digest, request };
}

/** What the scripts are told of an entry: how many are kept, for how many seconds, and it: nothing where nothing was sent. */
export function ledgerWords(sent: LedgerEntry | null): readonly (string | number)[] {
  const { entry, digest, request } = sent === null ? { entry: '', digest: '', request: '' } : entryToKeep(sent);
  return [mostLedgerEntries, ledgerKeptSeconds, entry, digest, request];
}

/** What is kept of the ledger of one edge: its entries, the newest first, and the texts of their requests by digest. */
export interface KeptLedger {
  readonly entries: readonly KeptEntry[];
  readonly requests: ReadonlyMap<string, string>;
}

/** The ledgers of these edges; those without any are absent. */
export async function readLedgers(
  ids: readonly string[],
  decoder: Decoder,
  keptOf: (id: string) => Promise<KeptLedger>,
): Promise<ReadonlyMap<string, readonly LedgerEntry[]>> {
  const found = new Map<string, readonly LedgerEntry[]>();
  for (const id of ids) {
    const { entries, requests } = await keptOf(id);
    const read = entries.map(({ entry, digest }) => {
      const known = decoder.decode(entry, isLedgerEntry);
      return known === null ? null : withText(known, requests.get(digest));
    });
    if (entries.length > 0)
      found.set(
        id,
        read.filter((each) => each !== null),
      );
  }
  return found;
}

function withText(entry: LedgerEntry, text: string | undefined): LedgerEntry {
  if (text === undefined) return entry;
  const sendings = entry.sendings.map((each) => (each.what === 'sip_options' ? { ...each, text } : each));
  return { ...entry, sendings };
}
