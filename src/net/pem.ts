import { createHash } from 'node:crypto';

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/g;

/** SHA-256 fingerprints of all certificates in PEM texts, written as Node writes them (`AB:CD:…`). */
export function pemFingerprints(texts: readonly string[]): ReadonlySet<string> {
  const blocks = texts.flatMap((text) => [...text.matchAll(block)].map((found) => found[1] ?? ''));
  return new Set(blocks.map((base64) => fingerprint(Buffer.from(base64, 'base64'))));
}

function fingerprint(der: Uint8Array): string {
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return hex.replace(/..(?!$)/g, '$&:');
}
