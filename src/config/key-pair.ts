import { certificateIn, content, keyIn, type Checked } from './pem.ts';

/** A certificate with its chain and its key, as read from two files at one moment. */
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Reads both files once and holds them against each other: readable, PEM, and the key belongs to the certificate. */
export function readKeyPair(certFile: string, keyFile: string): Checked<KeyPair> {
  const cert = content(certFile);
  if (!cert.ok) return cert;
  const key = content(keyFile);
  if (!key.ok) return key;
  const certificate = certificateIn(certFile, cert.value);
  if (!certificate.ok) return certificate;
  const privateKey = keyIn(keyFile, key.value);
  if (!privateKey.ok) return privateKey;
  if (!certificate.value.checkPrivateKey(privateKey.value)) {
    return { ok: false, message: `${keyFile}: the key does not belong to the certificate ${certFile}` };
  }
  const { validFrom, validTo } = certificate.value;
  return {
    ok: true,
    value: { cert: cert.value, key: key.value, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) },
  };
}
