import { createHash } from 'node:crypto';

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/g;

/** SHA-256 fingerprints of all certificates in PEM texts, written as Node writes them (`AB:CD:…`). */
export function pemFingerprints(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => pemBlocks(text).map(fingerprint)));
}

/** The DER of all certificates in a PEM text. */
export function pemBlocks(text: string): readonly Buffer[] {
  return Array.from(text.matchAll(block), (found) => Buffer.from(found[1] ?? '', 'base64'));
}

function fingerprint(der: Uint8Array): string {
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return hex.replace(/..(?!$)/g, '$&:');
}
