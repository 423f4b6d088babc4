import { printable } from '../federation/failure.ts';

/** Colours a text, or leaves it alone. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warning(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const wrapped = (open: number, close: number) => (text: string) => `\x1b[${String(open)}m${text}\x1b[${String(close)}m`;

const colours: Paint = {
  good: wrapped(32, 39),
  bad: wrapped(31, 39),
  warning: wrapped(33, 39),
  faint: wrapped(2, 22),
  strong: wrapped(1, 22),
};

const same = (text: string): string => text;
const none: Paint = { good: same, bad: same, warning: same, faint: same, strong: same };

export function paintFor(colour: boolean): Paint {
  return colour ? colours : none;
}

/** A copy in which every text is safe to print: no control, escape or direction characters, bounded. */
export function clean<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return printable(value, 2000);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner)]));
}

/** JSON on one line, with everything that could steer a terminal escaped; the value is unchanged when read back. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
