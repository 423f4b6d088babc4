// Before @peculiar/x509, which needs it at import.
import './reflect.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  AuthorityKeyIdentifierExtension,
  SubjectKeyIdentifierExtension,
  type Extension,
} from '@peculiar/x509';
import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** OIDs of extended key usages (RFC 5280 §4.2.1.12). */
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

/** A certificate authority: a root, or an intermediate when it has an issuer. */
export interface Authority {
  readonly subject: string;
  readonly certPem: string;
  /** The intermediates from here up, without the root; empty for a root. */
  readonly chainPem: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** A leaf with its key. `chainPem` is the leaf and its intermediates: what a server presents. */
export interface Leaf {
  readonly certPem: string;
  readonly keyPem: string;
  readonly chainPem: string;
}

export interface LeafOptions {
  /** DNS names; the first is the common name. */
  readonly names: readonly string[];
  readonly uris?: readonly string[];
  readonly addresses?: readonly string[];
  /** Default: from 30 days ago, for 90 days. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Extended key usages as OIDs; null leaves the extension out. Default: server and client authentication. */
  readonly eku?: readonly string[] | null;
  /** Absent: self-signed. */
  readonly issuer?: Authority;
  /** Default: of its own, P-256. */
  readonly keys?: webcrypto.CryptoKeyPair;
}

/** Makes an authority; without an issuer it signs itself. With the keys of another one it is a cross certificate of that. */
export async function authority(
  name: string,
  issuer?: Authority,
  ofKeys?: webcrypto.CryptoKeyPair,
): Promise<Authority> {
  const keys = ofKeys ?? (await makeKeys());
  const subject = `CN=${name}, O=fedmon lab`;
  const certPem = await sign({
    subject,
    keys,
    issuer: issuer ?? { subject, keys },
    notBefore: new Date(Date.now() - 365 * dayMs),
    notAfter: new Date(Date.now() + 365 * dayMs),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { subject, certPem, chainPem: issuer === undefined ? '' : certPem + issuer.chainPem, keys };
}

/** Makes a leaf certificate. */
export async function leaf(options: LeafOptions): Promise<Leaf> {
  const { names, uris = [], addresses = [], issuer } = options;
  const keys = options.keys ?? (await makeKeys());
  const subject = `CN=${names[0] ?? 'nameless'}`;
  const eku = options.eku === undefined ? [serverAuth, clientAuth] : options.eku;
  const alternatives = [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...uris.map((value) => ({ type: 'url' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certPem = await sign({
    subject,
    keys,
    issuer: issuer ?? { subject, keys },
    notBefore: options.notBefore ?? new Date(Date.now() - 30 * dayMs),
    notAfter: options.notAfter ?? new Date(Date.now() + 60 * dayMs),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...(eku === null ? [] : [new ExtendedKeyUsageExtension([...eku])]),
      ...(alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certPem, keyPem: pem('PRIVATE KEY', pkcs8), chainPem: certPem + (issuer?.chainPem ?? '') };
}

interface Wanted {
  readonly subject: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly issuer: Pick<Authority, 'subject' | 'keys'>;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

async function sign(wanted: Wanted): Promise<string> {
  const { subject, keys, issuer, notBefore, notAfter, extensions } = wanted;
  const made = await X509CertificateGenerator.create({
    // A positive number of 16 bytes.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject,
    issuer: issuer.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return new X509Certificate(Buffer.from(made.rawData)).toString();
}

/** RSA of 2,048 bits; it signs no other certificate. */
export function rsaKeys(): Promise<webcrypto.CryptoKeyPair> {
  const rsa = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2_048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  };
  return webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
