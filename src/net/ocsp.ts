import { printable } from '../federation/failure.ts';
import type { StapleFacts } from '../federation/handshake.ts';
import {
  derContent,
  derElement,
  derElements,
  DerInvalid,
  derInside,
  derTag,
  explicitTag,
  implicitTag,
  objectId,
  type DerElement,
} from './der.ts';
import { distinguishedName } from './distinguished-name.ts';
import { ocspSignature } from './ocsp-signature.ts';

/** Single responses of one staple that are looked at, and serial numbers that are kept. */
const maxSingles = 50;
const maxSerials = 3;

const basicResponse = '1.3.6.1.5.5.7.48.1.1';
/** RFC 6960 §4.2.1; 4 is not used. */
const responseStatuses = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  '',
  'sigRequired',
  'unauthorized',
];

const nothing: Omit<StapleFacts, 'response'> = {
  status: null,
  serials: [],
  producedAt: null,
  thisUpdate: null,
  nextUpdate: null,
  revokedAt: null,
  responder: null,
  signature: 'not_checked',
};

/** What a stapled response says of the certificate with this serial (upper-case hex); `issuer` is the DER of who issued it, if known. */
export function readStaple(response: Uint8Array, serial: string, issuer: Uint8Array | null): StapleFacts {
  try {
    return read(response, serial, issuer);
  } catch (error) {
    if (error instanceof DerInvalid) return { ...nothing, response: 'unreadable' };
    throw error;
  }
}

function read(octets: Uint8Array, serial: string, issuer: Uint8Array | null): StapleFacts {
  const [status, bytes] = derInside(derElement(octets), derTag.sequence);
  const response = responseStatuses[derContent(status, derTag.enumerated)[0] ?? 4] ?? '';
  if (response !== 'successful') return { ...nothing, response: response === '' ? 'unreadable' : response };
  const [type, value] = derInside(derElement(derContent(bytes, explicitTag(0))), derTag.sequence);
  if (objectId(derContent(type, derTag.objectId)) !== basicResponse) throw new DerInvalid('not a basic response');
  const parts = derInside(derElement(derContent(value, derTag.octetString)), derTag.sequence);
  return { response, ...said(parts[0], serial), signature: ocspSignature(parts, issuer) };
}

/** ResponseData (RFC 6960 §4.2.1): version, responder, time, single responses. */
function said(data: DerElement | undefined, serial: string): Omit<StapleFacts, 'response' | 'signature'> {
  const fields = derInside(data, derTag.sequence).filter(({ tag }) => tag !== explicitTag(0));
  const [responder, produced, list] = fields;
  const singles = derInside(list, derTag.sequence).slice(0, maxSingles).map(single);
  const ours = singles.find((each) => sameNumber(each.serial, serial));
  return {
    status: ours?.status ?? null,
    serials: singles.slice(0, maxSerials).map((each) => printable(each.serial, 64)),
    producedAt: instant(produced),
    thisUpdate: ours?.thisUpdate ?? null,
    nextUpdate: ours?.nextUpdate ?? null,
    revokedAt: ours?.revokedAt ?? null,
    responder: responderOf(responder),
  };
}

interface Single {
  readonly serial: string;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: string | null;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
}

function single(element: DerElement): Single {
  const [id, status, thisUpdate, ...optional] = derInside(element, derTag.sequence);
  const [, , , number] = derInside(id, derTag.sequence);
  const next = optional.find(({ tag }) => tag === explicitTag(0));
  return {
    serial: Buffer.from(derContent(number, derTag.integer)).toString('hex').toUpperCase(),
    ...statusOf(status),
    thisUpdate: instant(thisUpdate),
    nextUpdate: next === undefined ? null : instant(derElement(next.content)),
  };
}

function statusOf(element: DerElement | undefined): Pick<Single, 'status' | 'revokedAt'> {
  if (element?.tag === implicitTag(0)) return { status: 'good', revokedAt: null };
  if (element?.tag === implicitTag(2)) return { status: 'unknown', revokedAt: null };
  return { status: 'revoked', revokedAt: instant(derElements(derContent(element, explicitTag(1)))[0]) };
}

/** byName `[1]` or byKey `[2]`. */
function responderOf(element: DerElement | undefined): string | null {
  if (element?.tag === explicitTag(1)) return distinguishedName(derElement(element.content));
  const hash = derContent(derElement(derContent(element, explicitTag(2))), derTag.octetString);
  return printable(`key ${Buffer.from(hash).toString('hex').toUpperCase()}`, 80);
}

const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTC ISO 8601; null for what is no time in the form that DER allows. */
function instant(element: DerElement | undefined): string | null {
  const text = Buffer.from(derContent(element, derTag.generalizedTime)).toString('latin1');
  const [, year, month, day, hour, minute, second] = generalizedTime.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Serial numbers are compared without leading zeros: DER puts one before a number with its highest bit set. */
function sameNumber(one: string, other: string): boolean {
  const plain = (hex: string): string => hex.toUpperCase().replace(/^0+/, '');
  return plain(one) === plain(other);
}
