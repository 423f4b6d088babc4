import {
  derContent,
  derElements,
  DerInvalid,
  derInside,
  derTag,
  explicitTag,
  objectId,
  type DerElement,
} from '../der.ts';

/** An extension as it stands there; its content is not looked at. */
export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly content: Uint8Array;
}

/** The fields of a certificate in their encoding (RFC 5280 §4.1). */
export interface ParsedCertificate {
  /** 1, 2 or 3. */
  readonly version: number;
  readonly serial: Uint8Array;
  /** The AlgorithmIdentifier that is signed along and the one beside the signature. */
  readonly algorithms: readonly [inner: DerElement, outer: DerElement];
  readonly issuer: DerElement;
  readonly validity: readonly DerElement[];
  readonly subject: DerElement;
  readonly keyAlgorithm: string;
  readonly key: Uint8Array;
  /** In order, duplicates too; null where there is no field for them. */
  readonly extensions: readonly Extension[] | null;
}

/** OIDs of the extensions that are understood here or by OpenSSL. */
export const extensionIds = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
} as const;

/** More than any certificate has; the handshake allows about 100 kB for all of them. */
const maxExtensions = 200;

/** Reads the frame of a certificate to the last octet. Throws DerInvalid. */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  const [signed, outer, signature, ...more] = derInside(only(der), derTag.sequence);
  if (outer === undefined || more.length > 0) throw new DerInvalid('a certificate has three parts');
  derContent(signature, derTag.bitString);
  const all = derInside(signed, derTag.sequence);
  const [first] = all;
  const versioned = first?.tag === explicitTag(0);
  const [serial, inner, issuer, validity, subject, key, ...rest] = all.slice(versioned ? 1 : 0);
  if (inner === undefined || issuer === undefined || subject === undefined) throw new DerInvalid('fields are missing');
  for (const name of [issuer, subject]) derContent(name, derTag.sequence);
  const [keyAlgorithm, keyBits] = derInside(key, derTag.sequence);
  const [keyId] = derInside(keyAlgorithm, derTag.sequence);
  return {
    version: versioned ? 1 + (derContent(only(first.content), derTag.integer).at(-1) ?? 0) : 1,
    serial: derContent(serial, derTag.integer),
    algorithms: [inner, outer],
    issuer,
    validity: derInside(validity, derTag.sequence),
    subject,
    keyAlgorithm: objectId(derContent(keyId, derTag.objectId)),
    key: derContent(keyBits, derTag.bitString).subarray(1),
    extensions: extensionsIn(rest),
  };
}

function extensionsIn(fields: readonly DerElement[]): readonly Extension[] | null {
  const wrapped = fields.find(({ tag }) => tag === explicitTag(3));
  if (wrapped === undefined) return null;
  const list = derContent(only(wrapped.content), derTag.sequence);
  const all = derElements(list, maxExtensions + 1);
  if (all.length > maxExtensions) throw new DerInvalid('too many extensions');
  return all.map((each) => {
    const [id, ...rest] = derInside(each, derTag.sequence);
    const critical = rest.length > 1 && derContent(rest[0], derTag.boolean)[0] !== 0;
    const content = derContent(rest.at(-1), derTag.octetString);
    return { id: objectId(derContent(id, derTag.objectId)), critical, content };
  });
}

/** The one element that these octets are, and nothing behind it. Throws DerInvalid. */
export function only(bytes: Uint8Array): DerElement {
  const [element, ...more] = derElements(bytes, 2);
  if (element === undefined || more.length > 0) throw new DerInvalid('one element and nothing behind it');
  return element;
}

/** Whether two encodings are equal, octet for octet. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
