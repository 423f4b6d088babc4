import type { Baseline } from '../federation/baseline.ts';
import type { Change } from '../federation/change.ts';
import { driftKinds, type DriftChange } from '../federation/drift.ts';
import { transports } from '../federation/edge.ts';
import { oursKinds, type OursChange, type Setup, type Words } from '../federation/ours.ts';
import { isListOf, isNumber, isOneOf, isRecord, isStandingChange, isText } from './shape.ts';

const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

function isDriftChange(value: unknown): value is DriftChange {
  return (
    isRecord(value) &&
    value['what'] === 'drift' &&
    isText(value['domain']) &&
    isNumber(value['atMs']) &&
    isNumber(value['slotMs']) &&
    isOneOf(driftKinds, value['kind']) &&
    isTextOrNull(value['subject']) &&
    isTextOrNull(value['before']) &&
    isTextOrNull(value['after'])
  );
}

function isOursChange(value: unknown): value is OursChange {
  return (
    isRecord(value) &&
    value['what'] === 'ours' &&
    isOneOf(oursKinds, value['kind']) &&
    isTextOrNull(value['domain']) &&
    isNumber(value['atMs']) &&
    isNumber(value['slotMs']) &&
    isTextOrNull(value['subject']) &&
    isTextOrNull(value['before']) &&
    isTextOrNull(value['after'])
  );
}

const areWords = (value: unknown): value is Words => isRecord(value) && Object.values(value).every(isText);

export function isSetup(value: unknown): value is Setup {
  return isRecord(value) && isNumber(value['slotMs']) && areWords(value['words']);
}

/** An entry of the stream; the first ones had no word for their sort and were all changes of a state. */
export function isChange(value: unknown): value is Change {
  return (
    isDriftChange(value) ||
    isOursChange(value) ||
    (isRecord(value) && value['what'] === undefined && isStandingChange(value))
  );
}

function isKnown(value: unknown): boolean {
  return isRecord(value) && isText(value['value']) && isNumber(value['seenMs']);
}

function isExpectedTarget(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['host']) &&
    isNumber(value['port']) &&
    isOneOf(transports, value['transport']) &&
    isNumber(value['priority'])
  );
}

function isExpectedHost(value: unknown): boolean {
  return isRecord(value) && isText(value['host']) && isListOf(value['known'], isKnown);
}

function isExpectedCertificate(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['endpoint']) &&
    isText(value['issuer']) &&
    isText(value['subject']) &&
    (value['names'] === null || isListOf(value['names'], isText)) &&
    isText(value['notAfter']) &&
    isListOf(value['known'], isKnown)
  );
}

function isDifference(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['kind']) &&
    isText(value['subject']) &&
    isTextOrNull(value['before']) &&
    isTextOrNull(value['after']) &&
    isNumber(value['sinceMs']) &&
    isNumber(value['shown']) &&
    isNumber(value['absent']) &&
    isNumber(value['needed']) &&
    typeof value['told'] === 'boolean'
  );
}

export function isBaseline(value: unknown): value is Baseline {
  return (
    isRecord(value) &&
    isText(value['domain']) &&
    isNumber(value['slotMs']) &&
    isText(value['asked']) &&
    isNumber(value['learnedMs']) &&
    (value['acceptedMs'] === null || isNumber(value['acceptedMs'])) &&
    isNumber(value['examinations']) &&
    isListOf(value['targets'], isExpectedTarget) &&
    isListOf(value['hosts'], isExpectedHost) &&
    isListOf(value['certificates'], isExpectedCertificate) &&
    isListOf(value['differences'], isDifference) &&
    (value['words'] === undefined || areWords(value['words']))
  );
}
