import { createHash } from 'node:crypto';
import { printable } from '../federation/failure.ts';
import type { FlightFacts, PresentedCertificate, Unread } from '../federation/handshake.ts';
import { derContent, derElement, DerInvalid, derInside, derTag, explicitTag } from './der.ts';
import { distinguishedName } from './distinguished-name.ts';
import { handshakeMessages, isLater, messageType, type HandshakeMessage } from './tls-records.ts';
import { Vectors } from './tls-vectors.ts';

/** How many authorities and certificates are kept by name. */
export const maxAuthorities = 32;
export const maxPresented = 20;

const certificateAuthorities = 47;

/**
 * What was said in the first octets of a server, as far as it can be read, with a word for what cannot; null when that is
 * nothing.
 */
export function serverFlight(octets: Buffer, secret: Buffer | null): FlightFacts | null {
  const messages = handshakeMessages(octets, secret);
  const later = isLater(messages);
  const chain = chainIn(messages, later);
  const request = requestIn(messages, later);
  const unread = {
    ...(chain.unread === null ? {} : { presented: chain.unread }),
    ...(request.unread === null ? {} : { authorities: request.unread }),
  };
  const asked = messages.some(({ type, whole }) => type === messageType.certificateRequest && whole);
  if (chain.found.length === 0 && request.found.length === 0 && !(asked && request.unread === null)) return null;
  return {
    authorities: request.found.slice(0, maxAuthorities).map(nameOf),
    authoritiesTotal: request.found.length,
    presented: presented(chain.found.slice(0, maxPresented)),
    presentedTotal: chain.found.length,
    ...(Object.keys(unread).length === 0 ? {} : { unread }),
  };
}

/** The items of a list in a message, and why they may not be all. */
interface Items {
  readonly found: readonly Buffer[];
  readonly unread: Unread | null;
}

/** Reads a message until a length in it leads past its end. */
function itemsOf({ body, whole }: HandshakeMessage, read: (message: Vectors, found: Buffer[]) => void): Items {
  const found: Buffer[] = [];
  try {
    const message = new Vectors(body);
    read(message, found);
    message.end();
    return { found, unread: whole ? null : 'cut' };
  } catch (error) {
    if (error instanceof RangeError) return { found, unread: whole ? 'malformed' : 'cut' };
    throw error;
  }
}

/** RFC 8446 §4.4.2: a context first, and extensions after each; RFC 5246 §7.4.2 has neither. */
function chainIn(messages: readonly HandshakeMessage[], later: boolean): Items {
  const certificate = messages.find(({ type }) => type === messageType.certificate);
  if (certificate === undefined) return { found: [], unread: 'cut' };
  return itemsOf(certificate, (message, found) => {
    if (later) message.vector(1);
    const entries = message.inside(3);
    while (!entries.done) {
      found.push(entries.vector(3));
      if (later) entries.vector(2);
    }
    entries.end();
  });
}

/** RFC 8446 §4.3.2 and §4.2.4, RFC 5246 §7.4.4. */
function requestIn(messages: readonly HandshakeMessage[], later: boolean): Items {
  const request = messages.find(({ type }) => type === messageType.certificateRequest);
  if (request === undefined) return { found: [], unread: couldStillCome(messages, later) ? 'cut' : null };
  return itemsOf(request, (message, found) => {
    message.vector(1);
    if (!later) {
      message.vector(2);
      namesIn(message, found);
      return;
    }
    const extensions = message.inside(2);
    while (!extensions.done) {
      const type = extensions.number(2);
      const content = extensions.inside(2);
      if (type !== certificateAuthorities) continue;
      namesIn(content, found);
      content.end();
    }
    extensions.end();
  });
}

function namesIn(holder: Vectors, found: Buffer[]): void {
  const names = holder.inside(2);
  while (!names.done) found.push(names.vector(2));
  names.end();
}

/** Before TLS 1.3 a request follows the certificates (RFC 5246 §7.3), in TLS 1.3 it goes before them (RFC 8446 §2). */
function couldStillCome(messages: readonly HandshakeMessage[], later: boolean): boolean {
  const last = later ? messageType.certificate : messageType.serverHelloDone;
  return !messages.some(({ type }) => type === last);
}

const nameOf = (name: Buffer): string => namedOr(() => distinguishedName(derElement(name)));

function namedOr(read: () => string | null): string {
  try {
    return read() ?? 'unreadable';
  } catch (error) {
    if (error instanceof DerInvalid) return 'unreadable';
    throw error;
  }
}

interface Parts {
  readonly der: Buffer;
  /** Null where its encoding is broken. */
  readonly names: Names | null;
}

interface Names {
  readonly subject: Buffer;
  readonly issuer: Buffer;
}

/** The names of a certificate as they are encoded (RFC 5280 §4.1). Throws DerInvalid. */
export function certificateNamesIn(der: Uint8Array): Names {
  const [signed] = derInside(derElement(der), derTag.sequence);
  const fields = derInside(signed, derTag.sequence);
  const first = fields[0]?.tag === explicitTag(0) ? 1 : 0;
  const [issuer, subject] = [fields[first + 2], fields[first + 4]];
  derContent(issuer, derTag.sequence);
  derContent(subject, derTag.sequence);
  return { subject: Buffer.from(subject?.encoded ?? []), issuer: Buffer.from(issuer?.encoded ?? []) };
}

/** One certificate that cannot be read takes nothing away from the others. */
function presented(chain: readonly Buffer[]): readonly PresentedCertificate[] {
  const parts: readonly Parts[] = chain.map((der) => ({ der, names: namesOr(der) }));
  const path = pathFrom(parts);
  return parts.map((each, at) => ({
    subject: each.names === null ? 'unreadable' : printable(nameOf(each.names.subject)),
    fingerprint256: fingerprint(each.der),
    place: at === 0 ? 'leaf' : placeOf(each, path),
  }));
}

function placeOf(each: Parts, path: ReadonlySet<Parts>): PresentedCertificate['place'] {
  if (each.names === null) return 'unreadable';
  if (each.names.subject.equals(each.names.issuer)) return 'root';
  return path.has(each) ? 'path' : 'stray';
}

function namesOr(der: Buffer): Names | null {
  try {
    return certificateNamesIn(der);
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

/** The certificates that name after name leads to from the leaf. */
function pathFrom(parts: readonly Parts[]): ReadonlySet<Parts> {
  const path = new Set<Parts>();
  let last = parts[0];
  while (last !== undefined && !path.has(last)) {
    path.add(last);
    const issuer = last.names?.issuer;
    if (issuer === undefined) break;
    last = parts.find((each) => !path.has(each) && each.names?.subject.equals(issuer) === true);
  }
  return path;
}

function fingerprint(der: Buffer): string {
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return hex.replace(/..(?!$)/g, '$&:');
}
