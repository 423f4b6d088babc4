import { constants, verify, X509Certificate, type KeyObject } from 'node:crypto';
import type { StapleFacts } from '../federation/handshake.ts';
import { derContent, derElement, derInside, derTag, explicitTag, type DerElement } from './der.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';

const ocspSigning = '1.3.6.1.5.5.7.3.9';
/** Responders that are looked at: one is usual. */
const maxResponders = 3;

/**
 * Whether the issuer itself, or a responder that it authorised, signed a basic response (RFC 6960 §4.2.2.2). Throws
 * DerInvalid where the encoding cannot be followed.
 */
export function ocspSignature(parts: readonly DerElement[], issuerDer: Uint8Array | null): StapleFacts['signature'] {
  const [data, algorithm, signature, certificates] = parts;
  const check = signatureCheck(data, algorithm, signature);
  const issuer = issuerDer === null ? null : readable(issuerDer);
  const issuerKey = issuer === null ? null : keyOf(issuer);
  if (check === null || issuer === null || issuerKey === null) return 'not_checked';
  if (check(issuerKey)) return 'good';
  const responders = respondersIn(certificates).filter((each) => authorised(each, issuer, issuerKey));
  const keys = responders.map(keyOf).filter((each) => each !== null);
  return keys.some(check) ? 'good' : 'wrong';
}

/** Tries a key on the signature; null for an algorithm that is not known. */
function signatureCheck(
  data: DerElement | undefined,
  algorithm: DerElement | undefined,
  signature: DerElement | undefined,
): ((key: KeyObject) => boolean) | null {
  const { algorithm: name, hash } = signatureAlgorithm(algorithm);
  // The first octet counts unused bits: none.
  const octets = derContent(signature, derTag.bitString).subarray(1);
  if (data === undefined || (hash === null && !name.startsWith('Ed'))) return null;
  const padding = name === 'rsassaPss' ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {};
  return (key) => attempt(() => verify(hash, data.encoded, { key, ...padding }, octets)) ?? false;
}

function respondersIn(element: DerElement | undefined): readonly X509Certificate[] {
  if (element?.tag !== explicitTag(0)) return [];
  const certificates = derInside(derElement(element.content), derTag.sequence).slice(0, maxResponders);
  return certificates.map(({ encoded }) => readable(encoded)).filter((each) => each !== null);
}

function authorised(responder: X509Certificate, issuer: X509Certificate, issuerKey: KeyObject): boolean {
  // Node calls the extended key usages `keyUsage`; undefined without the extension, against its type.
  const usages = (responder.keyUsage as readonly string[] | undefined) ?? [];
  if (!usages.includes(ocspSigning) || responder.issuer !== issuer.subject) return false;
  return attempt(() => responder.verify(issuerKey)) ?? false;
}

const readable = (der: Uint8Array): X509Certificate | null => attempt(() => new X509Certificate(der));
const keyOf = (certificate: X509Certificate): KeyObject | null => attempt(() => certificate.publicKey);

/** What OpenSSL cannot read or do with a stranger's octets gives null: it is a fact about them, not a fault. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
