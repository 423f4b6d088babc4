import type { CertificateFacts } from '../../federation/certificate.ts';

/** The smallest key of each type that public authorities certify (CA/B BR §6.1.5). */
const fewestBits: Readonly<Record<string, number>> = { rsa: 2048, 'rsa-pss': 2048, ec: 256, dsa: 2048 };

/** Hashes for which two documents with one signature can be made. */
const brokenHashes = ['md2', 'md4', 'md5', 'sha1'];

const signsItself = ({ subject, issuer }: CertificateFacts): boolean => subject === issuer;

/** The first certificate from the leaf up whose key is too short. */
export function weakKey(chain: readonly CertificateFacts[]): CertificateFacts | undefined {
  return chain.find(({ keyType, keyBits }) => keyBits !== null && keyBits < (fewestBits[keyType] ?? 0));
}

/** The first certificate with a signature that can be forged; what signs itself is trusted for other reasons than that. */
export function weakSignature(chain: readonly CertificateFacts[]): CertificateFacts | undefined {
  return chain.find((each) => !signsItself(each) && brokenHashes.includes(each.details?.signature.hash ?? ''));
}

/** A certificate that nobody but itself vouches for. */
export function selfSigned(chain: readonly CertificateFacts[]): boolean {
  const [only, ...more] = chain;
  return only !== undefined && more.length === 0 && signsItself(only);
}

/**
 * A leaf without the certificate of its issuer, though it names a web address to fetch that from: what public
 * authorities do and what one's own rarely do (theirs point into a directory).
 */
export function issuerLeftOut(chain: readonly CertificateFacts[]): boolean {
  const [leaf, ...more] = chain;
  if (leaf === undefined || more.length > 0 || signsItself(leaf)) return false;
  return (leaf.details?.issuerUrls ?? []).some((url) => /^https?:\/\//i.test(url));
}
