import { tokenChars } from './scan.ts';

/** The longest line a stranger may send, octets. */
export const maxLineOctets = 8_192;

/** What the first line of a message is; `begun`: it is not complete and may still become one. */
export type StartLine =
  | { readonly kind: 'status'; readonly status: number; readonly reason: string }
  | { readonly kind: 'request' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'begun' };

const status = /^SIP\/2\.0 ([1-6][0-9]{2})(?: ([^\r\n]*))?$/i;
const statusLike = /^SIP\/2\.0(?:[ \t]|$)/i;
const request = new RegExp(`^[${tokenChars}]{1,64} [^ \\t\\r\\n]+ SIP/2\\.0$`, 'i');
const requestLike = new RegExp(`^[ \\t]*[${tokenChars}]{1,64}[ \\t][^\\r\\n]* SIP/[0-9]+\\.[0-9]+[ \\t]*$`, 'i');
const requestBegun = new RegExp(`^[${tokenChars}]{1,64}(?: [^\\r\\n]*)?$`);

/** Reads a whole first line (RFC 3261 §7.1, §7.2). Only version 2.0 is SIP to us. */
export function readStartLine(line: string): StartLine {
  const match = status.exec(line);
  const tooLong = line.length > maxLineOctets;
  if (match !== null && !tooLong) return { kind: 'status', status: Number(match[1]), reason: match[2] ?? '' };
  if (request.test(line) && !tooLong) return { kind: 'request' };
  if (statusLike.test(line)) return { kind: 'broken', why: tooLong ? 'a line is too long' : 'the status line' };
  if (requestLike.test(line)) return { kind: 'broken', why: tooLong ? 'a line is too long' : 'a request line' };
  return { kind: 'foreign' };
}

/** Judges the beginning of a stream, whatever pieces it comes in: the same octets always end the same way. */
export function judgeStart(text: string): StartLine {
  const end = text.search(/[\r\n]/);
  if (end >= 0) return readStartLine(text.slice(0, end));
  const version = 'SIP/2.0 ';
  const begun = version.startsWith(text.slice(0, version.length).toUpperCase()) || requestBegun.test(text);
  if (!begun) return { kind: 'foreign' };
  return text.length > maxLineOctets ? { kind: 'broken', why: 'a line is too long' } : { kind: 'begun' };
}
