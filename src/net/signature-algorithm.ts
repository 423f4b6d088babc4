import type { SignatureFacts } from '../federation/certificate.ts';
import { derContent, derElement, derInside, derTag, explicitTag, objectId, type DerElement } from './der.ts';

const pss = '1.2.840.113549.1.1.10';

/** Name and hash by object identifier (RFC 3279, 4055, 5758, 8410, 9881); the hash is null where the algorithm brings its own. */
const known: Readonly<Record<string, readonly [string, string | null]>> = {
  '1.2.840.113549.1.1.2': ['md2WithRSAEncryption', 'md2'],
  '1.2.840.113549.1.1.3': ['md4WithRSAEncryption', 'md4'],
  '1.2.840.113549.1.1.4': ['md5WithRSAEncryption', 'md5'],
  '1.2.840.113549.1.1.5': ['sha1WithRSAEncryption', 'sha1'],
  '1.3.14.3.2.29': ['sha1WithRSASignature', 'sha1'],
  '1.2.840.113549.1.1.11': ['sha256WithRSAEncryption', 'sha256'],
  '1.2.840.113549.1.1.12': ['sha384WithRSAEncryption', 'sha384'],
  '1.2.840.113549.1.1.13': ['sha512WithRSAEncryption', 'sha512'],
  '1.2.840.113549.1.1.14': ['sha224WithRSAEncryption', 'sha224'],
  '1.2.840.10040.4.3': ['dsa-with-SHA1', 'sha1'],
  '2.16.840.1.101.3.4.3.1': ['dsa-with-SHA224', 'sha224'],
  '2.16.840.1.101.3.4.3.2': ['dsa-with-SHA256', 'sha256'],
  '1.2.840.10045.4.1': ['ecdsa-with-SHA1', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa-with-SHA224', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa-with-SHA256', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa-with-SHA384', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa-with-SHA512', 'sha512'],
  '1.3.101.112': ['Ed25519', null],
  '1.3.101.113': ['Ed448', null],
  '2.16.840.1.101.3.4.3.17': ['ML-DSA-44', null],
  '2.16.840.1.101.3.4.3.18': ['ML-DSA-65', null],
  '2.16.840.1.101.3.4.3.19': ['ML-DSA-87', null],
};

const hashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
};

/** Reads an AlgorithmIdentifier. Throws DerInvalid. */
export function signatureAlgorithm(element: DerElement | undefined): SignatureFacts {
  const [id, parameters] = derInside(element, derTag.sequence);
  const oid = objectId(derContent(id, derTag.objectId));
  if (oid === pss) return { algorithm: 'rsassaPss', hash: pssHash(parameters) };
  const [algorithm, hash] = known[oid] ?? [oid, null];
  return { algorithm, hash };
}

/** RSASSA-PSS names its hash in `[0]` of the parameters; left out it is SHA-1 (RFC 4055 §3.1). */
function pssHash(parameters: DerElement | undefined): string | null {
  if (parameters?.tag !== derTag.sequence) return 'sha1';
  const first = derInside(parameters, derTag.sequence).find(({ tag }) => tag === explicitTag(0));
  if (first === undefined) return 'sha1';
  const [id] = derInside(derElement(first.content), derTag.sequence);
  return hashes[objectId(derContent(id, derTag.objectId))] ?? null;
}
