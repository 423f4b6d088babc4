import { readHeaders, type Headers } from './headers.ts';
import { judgeStart, maxLineOctets, readStartLine } from './start-line.ts';
import { topVia } from './via.ts';

/** The longest head (first line and headers) that is read, octets. */
export const maxHeadOctets = 65_536;

export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
}

export type Head =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'request'; readonly headers: Headers }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'not_sip' };

/** How far the lines of a head are known: where it ends, what is wrong, and where to look on. */
export interface HeadScan {
  readonly end: number | null;
  readonly why: string | null;
  readonly next: number;
}

/**
 * Looks for the empty line that ends a head, from the beginning of a line on. Lines end with CR LF (RFC 3261 §7); another
 * end is a complaint, because two readers would not agree where the message ends.
 */
export function scanHead(text: string, from: number): HeadScan {
  let line = from;
  for (let at = text.indexOf('\n', line); at >= 0; at = text.indexOf('\n', line)) {
    if (text.charAt(at - 1) !== '\r') return { end: null, why: 'a line ends without CR', next: line };
    if (at - 1 - line > maxLineOctets) return { end: null, why: 'a line is too long', next: line };
    if (at - 1 === line) return { end: at + 1, why: null, next: at + 1 };
    line = at + 1;
  }
  const why = text.length - line > maxLineOctets + 1 ? 'a line is too long' : null;
  return { end: null, why, next: line };
}

/** Reads the head of one message (without its body). Linear in its length; never throws. */
export function readHead(text: string): Head {
  const lines = text.split('\r\n');
  while (lines.at(-1) === '') lines.pop();
  const [first = '', ...rest] = lines;
  const start = readStartLine(first);
  if (start.kind === 'broken') return { kind: 'malformed', why: `broken: ${start.why}` };
  if (start.kind !== 'status' && start.kind !== 'request') return { kind: 'not_sip' };
  if (lines.some((line) => line.length > maxLineOctets)) return { kind: 'malformed', why: 'a line is too long' };
  if (rest.some((line) => /[\r\n]/.test(line))) return { kind: 'malformed', why: 'CR or LF inside a line' };
  const headers = readHeaders(rest);
  if (headers === null) return { kind: 'malformed', why: 'a header line is broken or there are too many' };
  if (start.kind === 'request') return { kind: 'request', headers };
  return { kind: 'response', response: { status: start.status, reason: start.reason, headers } };
}

/** Whether octets so far are, or can still become, a SIP message, be it a broken one: the first line decides. */
export function mayBeSip(text: string): boolean {
  return judgeStart(text).kind !== 'foreign';
}

/** The branch of the top-most Via; null when there is none or the Via cannot be read. */
export function topBranch(headers: Headers): string | null {
  const via = topVia(headers.get('via') ?? []);
  return via?.parameters.find(({ name }) => name === 'branch')?.value ?? null;
}
