import type { TLSSocket } from 'node:tls';
import type { SessionFacts } from '../federation/handshake.ts';
import type { TlsSeen } from './net.ts';
import { derContent, derElement, DerInvalid, derInside, derTag, explicitTag, type DerElement } from './der.ts';

/** Where OpenSSL keeps the life of a ticket in the encoding of a session (SSL_SESSION_ASN1). */
const ticketLifetime = 9;
const sessionIdAt = 3;

/** What the session offers for later, before a `session` event brought a ticket. */
export function sessionFacts(socket: TLSSocket): SessionFacts {
  const later = socket.getProtocol() === 'TLSv1.3';
  return factsIn(later ? undefined : socket.getSession(), later, socket.isSessionReused());
}

/** The same with what such an event brought. */
export function ticketFacts(
  { protocol, session }: Pick<TlsSeen, 'protocol' | 'session'>,
  ticket: Buffer,
): SessionFacts {
  return factsIn(ticket, protocol === 'TLSv1.3', session?.resumed ?? false);
}

function factsIn(encoded: Buffer | undefined, later: boolean, resumed: boolean): SessionFacts {
  const fields = encoded === undefined ? [] : fieldsOf(encoded);
  const ticketSeconds = seconds(fields.find(({ tag }) => tag === explicitTag(ticketLifetime)));
  return {
    resumed,
    // For TLS 1.3, and beside a ticket, our own OpenSSL makes an identifier up.
    hasId: !later && ticketSeconds === null && (fields[sessionIdAt]?.content.length ?? 0) > 0,
    ticketSeconds,
  };
}

/** Later releases of Node put a mark before the encoding, with the length of the server's name and the name. */
const mark = Buffer.from('\0nodejs:tls:session:1\0', 'latin1');

function encodingIn(session: Buffer): Buffer {
  const marked = session.subarray(0, mark.length).equals(mark) && session.length >= mark.length + 2;
  return marked ? session.subarray(mark.length + 2 + session.readUInt16BE(mark.length)) : session;
}

function fieldsOf(session: Buffer): readonly DerElement[] {
  try {
    return derInside(derElement(encodingIn(session)), derTag.sequence);
  } catch (error) {
    if (error instanceof DerInvalid) return [];
    throw error;
  }
}

function seconds(field: DerElement | undefined): number | null {
  if (field === undefined) return null;
  const octets = derContent(derElement(field.content), derTag.integer);
  return octets.length > 5 ? null : octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
