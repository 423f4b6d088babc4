import type { LedgerEntry } from '../federation/ledger.ts';
import { isListOf, isNumber, isRecord, isText } from './shape.ts';

function isSending(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['what']) &&
    isText(value['outcome']) &&
    (value['identity'] == null || isText(value['identity'])) &&
    (value['octets'] === undefined || isNumber(value['octets'])) &&
    (value['times'] === undefined || isNumber(value['times'])) &&
    (value['random'] === undefined || isListOf(value['random'], isText))
  );
}

export function isLedgerEntry(value: unknown): value is LedgerEntry {
  return (
    isRecord(value) &&
    isNumber(value['slotMs']) &&
    isText(value['at']) &&
    isText(value['vantage']) &&
    (value['held'] === undefined || isText(value['held'])) &&
    isListOf(value['sendings'], isSending)
  );
}
