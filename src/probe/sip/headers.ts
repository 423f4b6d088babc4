import { tokenChars, trim } from './scan.ts';

/** Caps on what a stranger may send. */
export const maxHeaders = 256;
export const maxBodyOctets = 65_536;

/** Header names in lower case, long form; values unfolded and trimmed, in order of appearance. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** Compact forms (RFC 3261 §7.3.3, §20). */
const compact: ReadonlyMap<string, string> = new Map([
  ['c', 'content-type'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['s', 'subject'],
  ['t', 'to'],
  ['v', 'via'],
]);

const headerLine = new RegExp(`^([${tokenChars}]{1,128})[ \\t]*:([\\s\\S]*)$`);

/** Header lines unfolded: a line that begins with white space continues the one before (RFC 3261 §7.3.1). */
function unfold(lines: readonly string[]): readonly string[] {
  const whole: string[][] = [];
  for (const line of lines) {
    const folded = /^[ \t]/.test(line);
    const before = whole.at(-1);
    if (folded && before !== undefined) before.push(trim(line));
    else whole.push([line]);
  }
  return whole.map((parts) => parts.join(' '));
}

/** Reads the lines between first line and body; null when one is no header or there are too many. */
export function readHeaders(lines: readonly string[]): Headers | null {
  if (lines.length > maxHeaders) return null;
  const headers = new Map<string, string[]>();
  for (const line of unfold(lines)) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    const lower = name.toLowerCase();
    const long = compact.get(lower) ?? lower;
    const values = headers.get(long);
    if (values === undefined) headers.set(long, [trim(value)]);
    else values.push(trim(value));
  }
  return headers;
}

/** A header that may stand once: what it says, or what is wrong with it. */
export type Single =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: 'missing' | 'contradicted' };

/** Reads a header that may stand once; to repeat the same value is harmless, to contradict it is not. */
export function single(headers: Headers, name: string): Single {
  const [value, ...more] = headers.get(name) ?? [];
  if (value === undefined) return { ok: false, why: 'missing' };
  return more.every((each) => each === value) ? { ok: true, value } : { ok: false, why: 'contradicted' };
}

/** The body's length: 0 when the header is absent; null when it is not one number within the cap. */
export function contentLength(headers: Headers): number | null {
  const values = headers.get('content-length') ?? ['0'];
  const numbers = new Set(values.map((value) => (/^[0-9]{1,20}$/.test(value) ? Number(value) : Infinity)));
  const [length = Infinity] = numbers;
  return numbers.size === 1 && length <= maxBodyOctets ? length : null;
}
