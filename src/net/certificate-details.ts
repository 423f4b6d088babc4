import type { CertificateDetails } from '../federation/certificate.ts';
import { printable } from '../federation/failure.ts';
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
import { signatureAlgorithm } from './signature-algorithm.ts';

/** Addresses of one sort that are kept, and how much of each. */
const maxUrls = 3;
const maxUrlLength = 200;

const extensionIds = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;
const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;

/** Bit by bit (RFC 5280 §4.2.1.3). */
const keyUsages = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** What the encoding tells beyond Node's reading; null when it cannot be followed. An unreadable extension counts as absent. */
export function certificateDetails(der: Uint8Array, serial: string): CertificateDetails | null {
  try {
    return read(der, serial);
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

function read(der: Uint8Array, serial: string): CertificateDetails {
  const [signed, algorithm] = derInside(derElement(der), derTag.sequence);
  const fields = derInside(signed, derTag.sequence);
  const extensions = extensionsOf(fields);
  const access = readable(extensions.get(extensionIds.authorityInfoAccess), accessUrls);
  return {
    version: versionOf(fields[0]),
    serialReversed: (serial.match(/[0-9A-F]{2}/gi) ?? []).reverse().join(''),
    signature: signatureAlgorithm(algorithm),
    keyUsage: readable(extensions.get(extensionIds.keyUsage), keyUsage),
    basicConstraints: readable(extensions.get(extensionIds.basicConstraints), basicConstraints),
    issuerUrls: access?.issuers ?? [],
    ocspUrls: access?.ocsp ?? [],
    crlUrls: readable(extensions.get(extensionIds.crlDistributionPoints), crlUrls) ?? [],
  };
}

/** `[0]` holds the version less one; left out it is the first. */
function versionOf(first: DerElement | undefined): number {
  if (first?.tag !== explicitTag(0)) return 1;
  return (derContent(derElement(first.content), derTag.integer)[0] ?? 0) + 1;
}

/** The content of each extension by its identifier; the first of two with the same one. */
function extensionsOf(fields: readonly DerElement[]): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const wrapped = fields.find(({ tag }) => tag === explicitTag(3));
  if (wrapped === undefined) return found;
  for (const extension of derInside(derElement(wrapped.content), derTag.sequence)) {
    const [id, ...rest] = derInside(extension, derTag.sequence);
    const oid = objectId(derContent(id, derTag.objectId));
    if (!found.has(oid)) found.set(oid, derContent(rest.at(-1), derTag.octetString));
  }
  return found;
}

function readable<T>(content: Uint8Array | undefined, as: (element: DerElement) => T): T | null {
  if (content === undefined) return null;
  try {
    return as(derElement(content));
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

function keyUsage(element: DerElement): readonly string[] {
  // The first octet counts the unused bits, which DER sets to zero.
  const bits = derContent(element, derTag.bitString).subarray(1);
  return keyUsages.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function basicConstraints(element: DerElement): { readonly ca: boolean; readonly pathLength: number | null } {
  const fields = derInside(element, derTag.sequence);
  const ca = fields.find(({ tag }) => tag === derTag.boolean)?.content[0] ?? 0;
  const length = fields.find(({ tag }) => tag === derTag.integer)?.content;
  return { ca: ca !== 0, pathLength: length?.length === 1 ? (length[0] ?? null) : null };
}

function accessUrls(element: DerElement): { readonly ocsp: readonly string[]; readonly issuers: readonly string[] } {
  const descriptions = derInside(element, derTag.sequence).map((each) => derInside(each, derTag.sequence));
  const of = (method: string): readonly string[] => {
    const those = descriptions.filter(([id]) => objectId(derContent(id, derTag.objectId)) === method);
    return urls(those.flatMap(([, location]) => location ?? []));
  };
  return { ocsp: of(accessMethods.ocsp), issuers: of(accessMethods.issuers) };
}

/** DistributionPoint `[0]` → DistributionPointName `[0]` → GeneralNames (RFC 5280 §4.2.1.13). */
function crlUrls(element: DerElement): readonly string[] {
  const inZero = (elements: readonly DerElement[]): readonly DerElement[] =>
    elements.filter(({ tag }) => tag === explicitTag(0)).flatMap(({ content }) => derElements(content));
  const points = derInside(element, derTag.sequence).map((each) => derInside(each, derTag.sequence));
  return urls(points.flatMap((point) => inZero(inZero(point))));
}

/** The `[6]` uniformResourceIdentifier among general names, made printable. */
function urls(names: readonly DerElement[]): readonly string[] {
  const found = names.filter(({ tag }) => tag === implicitTag(6)).slice(0, maxUrls);
  return found.map(({ content }) => printable(Buffer.from(content).toString('latin1'), maxUrlLength));
}
