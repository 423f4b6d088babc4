/** Caps on what a stranger may send, octets and counts. */
export const maxHeadOctets = 65_536;
export const maxLineOctets = 8_192;
export const maxHeaders = 256;

/** Header names in lower case, long form; values in order of appearance. */
export type Headers = ReadonlyMap<string, readonly string[]>;

export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
}

/** Compact forms (RFC 3261 §7.3.3, §20). */
const compact: Readonly<Record<string, string>> = {
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  s: 'subject',
  t: 'to',
  v: 'via',
};

const statusLine = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/i;
const requestLine = /^[A-Z]{1,32} \S{1,2048} SIP\/2\.0$/;
const headerLine = /^([A-Za-z0-9\-.!%*_+`'~]{1,128})[ \t]*:(.*)$/s;

/** Where the head ends: the offset of the first octet of the body, or null when it is not complete. */
export function headEnd(text: string): number | null {
  const at = text.indexOf('\r\n\r\n');
  return at < 0 ? null : at + 4;
}

/** Header lines unfolded: a line that begins with white space continues the one before (RFC 3261 §7.3.1). */
function unfold(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line) && whole.length > 0) whole.push(`${whole.pop() ?? ''} ${line.trim()}`);
    else whole.push(line);
  }
  return whole;
}

function headersOf(lines: readonly string[]): Headers | null {
  if (lines.length > maxHeaders) return null;
  const headers = new Map<string, string[]>();
  for (const line of unfold(lines)) {
    const match = headerLine.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return null;
    const name = match[1].toLowerCase();
    const long = Object.hasOwn(compact, name) ? (compact[name] ?? name) : name;
    headers.set(long, [...(headers.get(long) ?? []), match[2].trim()]);
  }
  return headers;
}

export type Head =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'request'; readonly headers: Headers }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'not_sip' };

/** Reads the head of one message (without its body). Linear in its length; never throws. */
export function readHead(text: string): Head {
  const lines = text.split('\r\n');
  while (lines.at(-1) === '') lines.pop();
  const [first = '', ...rest] = lines;
  const status = statusLine.exec(first);
  if (status === null && !requestLine.test(first)) return { kind: 'not_sip' };
  if (lines.some((line) => line.length > maxLineOctets)) return { kind: 'malformed', why: 'a line is too long' };
  const headers = headersOf(rest);
  if (headers === null) return { kind: 'malformed', why: 'a header line is broken or there are too many' };
  if (status === null) return { kind: 'request', headers };
  const [, code = '', reason = ''] = status;
  return { kind: 'response', response: { status: Number(code), reason, headers } };
}

/** Whether octets so far can still become a SIP message: the first line decides. */
export function mayBeSip(text: string): boolean {
  const line = text.split('\r\n', 1)[0] ?? '';
  if (line.length < text.length) return statusLine.test(line) || requestLine.test(line);
  const start = 'SIP/2.0 ';
  return (
    line.length <= maxLineOctets &&
    (start.startsWith(line.slice(0, start.length).toUpperCase()) || /^[A-Z]+( |$)/.test(line))
  );
}

/** The body's length: 0 when the header is absent; null when it is not a number within the cap. */
export function contentLength(headers: Headers): number | null {
  const values = headers.get('content-length') ?? ['0'];
  const [value = ''] = values;
  if (values.some((each) => each !== value) || !/^\d{1,5}$/.test(value)) return null;
  return Number(value) <= maxHeadOctets ? Number(value) : null;
}

/** The branch of the top-most Via: the first value of the first header. */
export function topBranch(headers: Headers): string | null {
  const via = (headers.get('via') ?? [])[0]?.split(',', 1)[0] ?? '';
  return /;\s*branch\s*=\s*([^;,\s]+)/i.exec(via)?.[1] ?? null;
}
