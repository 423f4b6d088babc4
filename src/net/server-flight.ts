import { createHash } from 'node:crypto';
import { printable } from '../federation/failure.ts';
import type { FlightFacts, PresentedCertificate } from '../federation/handshake.ts';
import { derContent, derElement, DerInvalid, derInside, derTag, explicitTag } from './der.ts';
import { distinguishedName } from './distinguished-name.ts';
import { handshakeMessages, messageType, type HandshakeMessage } from './tls-records.ts';

/** How many authorities and certificates are kept by name. */
export const maxAuthorities = 32;
const maxPresented = 20;

const certificateAuthorities = 47;

/** What was said in the first octets of a server; null when its certificates are not among what can be followed. */
export function serverFlight(octets: Buffer, protocol: string | null, secret: Buffer | null): FlightFacts | null {
  const messages = handshakeMessages(octets, secret);
  const later = protocol === 'TLSv1.3';
  const certificate = messages.find(({ type }) => type === messageType.certificate);
  if (certificate === undefined) return null;
  try {
    const chain = certificatesIn(new Vectors(certificate.body), later);
    const request = messages.find(({ type }) => type === messageType.certificateRequest);
    const authorities = request === undefined ? [] : authoritiesIn(request, later);
    return {
      authorities: authorities.slice(0, maxAuthorities).map(nameOf),
      authoritiesTotal: authorities.length,
      presented: presented(chain.slice(0, maxPresented)),
      presentedTotal: chain.length,
    };
  } catch (error) {
    if (error instanceof RangeError || error instanceof DerInvalid) return null;
    throw error;
  }
}

/** Reads the vectors of TLS: a length and so many octets (RFC 8446 §3.4). Throws RangeError past the end. */
class Vectors {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(octets: number): number {
    const value = this.#bytes.readUIntBE(this.#at, octets);
    this.#at += octets;
    return value;
  }

  vector(lengthOctets: number): Buffer {
    const length = this.number(lengthOctets);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a vector is longer than its message');
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return content;
  }

  /** All vectors that lie in the next one. */
  list(lengthOctets: number, eachLength: number): readonly Buffer[] {
    const inner = new Vectors(this.vector(lengthOctets));
    const found: Buffer[] = [];
    while (!inner.done) found.push(inner.vector(eachLength));
    return found;
  }
}

/** RFC 8446 §4.4.2: a context first, and extensions after each; RFC 5246 §7.4.2 has neither. */
function certificatesIn(message: Vectors, later: boolean): readonly Buffer[] {
  if (!later) return message.list(3, 3);
  message.vector(1);
  const entries = new Vectors(message.vector(3));
  const found: Buffer[] = [];
  while (!entries.done) {
    found.push(entries.vector(3));
    entries.vector(2);
  }
  return found;
}

/** RFC 8446 §4.3.2 and §4.2.4, RFC 5246 §7.4.4. */
function authoritiesIn({ body }: HandshakeMessage, later: boolean): readonly Buffer[] {
  const message = new Vectors(body);
  message.vector(1);
  if (!later) {
    message.vector(2);
    return message.list(2, 2);
  }
  const extensions = new Vectors(message.vector(2));
  while (!extensions.done) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type === certificateAuthorities) return new Vectors(content).list(2, 2);
  }
  return [];
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
  readonly subject: Buffer;
  readonly issuer: Buffer;
}

/** The names of a certificate as they are encoded (RFC 5280 §4.1). Throws DerInvalid. */
export function certificateNamesIn(der: Uint8Array): { readonly subject: Buffer; readonly issuer: Buffer } {
  const [signed] = derInside(derElement(der), derTag.sequence);
  const fields = derInside(signed, derTag.sequence);
  const first = fields[0]?.tag === explicitTag(0) ? 1 : 0;
  const [issuer, subject] = [fields[first + 2], fields[first + 4]];
  derContent(issuer, derTag.sequence);
  derContent(subject, derTag.sequence);
  return { subject: Buffer.from(subject?.encoded ?? []), issuer: Buffer.from(issuer?.encoded ?? []) };
}

function presented(chain: readonly Buffer[]): readonly PresentedCertificate[] {
  const parts: readonly Parts[] = chain.map((der) => ({ der, ...certificateNamesIn(der) }));
  const path = pathFrom(parts);
  return parts.map((each, at) => ({
    subject: printable(nameOf(each.subject)),
    fingerprint256: fingerprint(each.der),
    place: at === 0 ? 'leaf' : each.subject.equals(each.issuer) ? 'root' : path.has(each) ? 'path' : 'stray',
  }));
}

/** The certificates that name after name leads to from the leaf. */
function pathFrom(parts: readonly Parts[]): ReadonlySet<Parts> {
  const path = new Set<Parts>();
  let last = parts[0];
  while (last !== undefined && !path.has(last)) {
    path.add(last);
    const { issuer } = last;
    last = parts.find((each) => !path.has(each) && each.subject.equals(issuer));
  }
  return path;
}

function fingerprint(der: Buffer): string {
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return hex.replace(/..(?!$)/g, '$&:');
}
