import { randomBytes } from 'node:crypto';

/** A SIP request as it came. Header names in lower case and long form, in order. */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

/** What to answer to a request. */
export interface SipAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const compactForms: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  k: 'supported',
};

/** Takes the first whole request from the front of a stream; null while it is not complete (RFC 3261 §7.5, §18.3). */
export function takeRequest(held: Buffer): { readonly request: SipRequest; readonly rest: Buffer } | null {
  let start = 0;
  while (held[start] === 13 || held[start] === 10) start += 1;
  const headEnd = held.indexOf('\r\n\r\n', start);
  if (headEnd === -1) return null;
  const [first = '', ...lines] = held
    .subarray(start, headEnd)
    .toString('utf8')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    return [compactForms[name] ?? name, line.slice(colon + 1).trim()] as const;
  });
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? '0');
  const end = headEnd + 4 + length;
  if (held.length < end) return null;
  const [method = '', uri = ''] = first.split(' ');
  const request = { method, uri, headers, text: held.subarray(start, end).toString('utf8') };
  return { request, rest: held.subarray(end) };
}

/** The bytes of a response that a client can match to its request (RFC 3261 §8.2.6). */
export function responseTo(request: SipRequest, answer: SipAnswer): Buffer {
  const copied = (name: string): readonly string[] =>
    request.headers.filter(([each]) => each === name).map(([, value]) => value);
  const [to = ''] = copied('to');
  const tagged = /;\s*tag=/i.test(to) ? to : `${to};tag=${randomBytes(6).toString('hex')}`;
  const lines = [
    `SIP/2.0 ${String(answer.status)} ${answer.reason}`,
    ...copied('via').map((via) => `Via: ${via}`),
    ...copied('from').map((from) => `From: ${from}`),
    `To: ${tagged}`,
    ...copied('call-id').map((id) => `Call-ID: ${id}`),
    ...copied('cseq').map((cseq) => `CSeq: ${cseq}`),
    'Server: fedmon-lab/1.0',
    ...(answer.status === 200 ? ['Accept: application/sdp', 'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE'] : []),
    ...Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
