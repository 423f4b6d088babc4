import type { CauseBook } from '../federation/cause/book.ts';
import { factKinds } from '../federation/cause/fact.ts';
import { layers } from '../federation/observation.ts';
import { isListOf, isNumber, isOneOf, isRecord, isText } from './shape.ts';

function isCode(value: unknown): boolean {
  return isRecord(value) && isText(value['code']) && isNumber(value['count']);
}

const counts = ['sinceMs', 'foundMs', 'partners', 'healthy', 'told', 'step'] as const;

function isCause(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['id']) &&
    isOneOf(factKinds, value['kind']) &&
    isText(value['value']) &&
    isText(value['name']) &&
    isOneOf(layers, value['layer']) &&
    isListOf(value['codes'], isCode) &&
    counts.every((name) => isNumber(value[name])) &&
    (value['wanesMs'] === null || isNumber(value['wanesMs']))
  );
}

export function isCauseBook(value: unknown): value is CauseBook {
  return isRecord(value) && isNumber(value['slotMs']) && isListOf(value['causes'], isCause);
}
