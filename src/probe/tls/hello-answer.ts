import { alertPhrase } from '../../federation/alert.ts';

/** The versions of TLS, newest first, as Node names them. */
export const tlsVersions = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** More octets than this are not looked at: a ServerHello is a few hundred long. */
export const maxAnswer = 4_096;

export type HelloAnswer =
  | { readonly kind: 'server_hello'; readonly version: string }
  | { readonly kind: 'alert'; readonly phrase: string; readonly refusesVersion: boolean }
  | { readonly kind: 'closed' | 'not_tls' };

const names: ReadonlyMap<number, TlsVersion> = new Map([
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);

const record = { alert: 21, handshake: 22 } as const;
/**
 * Alerts with which servers turn down a version, or its suites: the hello offers all that are usual for it. 80 is what
 * OpenSSL 3 says to TLS 1.0 and 1.1 at its usual security level.
 */
const refusals = [40, 47, 70, 71, 80, 86, 109, 110];

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** The version that a ServerHello chooses: an extension says it from TLS 1.3 on (RFC 8446 §4.2.1). */
function chosen(hello: Uint8Array): string {
  const legacy = u16(hello, 0);
  let at = 35 + (hello[34] ?? 0) + 3;
  const end = Math.min(hello.length, at + 2 + u16(hello, at));
  for (at += 2; at + 4 <= end; at += 4 + u16(hello, at + 2)) {
    if (u16(hello, at) === 43 && u16(hello, at + 2) === 2) return nameOf(u16(hello, at + 4));
  }
  return nameOf(legacy);
}

const nameOf = (version: number): string => names.get(version) ?? `version ${version.toString(16).padStart(4, '0')}`;

function alertAnswer(body: Uint8Array): HelloAnswer {
  const number = body[1] ?? 0;
  return { kind: 'alert', phrase: alertPhrase(number), refusesVersion: refusals.includes(number) };
}

/** What a server answered to a ClientHello; null while too little has come to tell. Pure, and linear in its length. */
export function readAnswer(bytes: Uint8Array): HelloAnswer | null {
  let at = 0;
  while (bytes.length - at >= 5) {
    const [type, major] = [bytes[at], bytes[at + 1]];
    const length = u16(bytes, at + 3);
    if ((type !== record.alert && type !== record.handshake) || major !== 3) return { kind: 'not_tls' };
    const body = bytes.subarray(at + 5, at + 5 + length);
    if (type === record.handshake) return serverHello(body);
    if (body.length < 2) return length < 2 ? { kind: 'not_tls' } : null;
    // A warning (that the name is not known, RFC 6066 §3) is followed by the answer.
    if (body[0] !== 1) return alertAnswer(body);
    at += 5 + length;
  }
  return null;
}

function serverHello(body: Uint8Array): HelloAnswer | null {
  if (body.length < 4) return null;
  if (body[0] !== 2) return { kind: 'not_tls' };
  const length = ((body[1] ?? 0) << 16) | u16(body, 2);
  if (length < 38 || length > maxAnswer) return { kind: 'not_tls' };
  const hello = body.subarray(4, 4 + length);
  return hello.length < length ? null : { kind: 'server_hello', version: chosen(hello) };
}
