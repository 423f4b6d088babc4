import { X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFacts } from '../federation/certificate.ts';
import { printable } from '../federation/failure.ts';
import { alternativeNames, maxNames } from './alternative-names.ts';
import { certificateDetails } from './certificate-details.ts';

const maxTextLength = 500;

/** What a DER certificate says. Throws when it is no certificate at all. */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const certificate = new X509Certificate(der);
  const names = alternativeNames(certificate.subjectAltName ?? '');
  const commonName = lastCommonName(certificate.subject);
  const details = certificateDetails(der, certificate.serialNumber);
  return {
    subject: oneLine(certificate.subject),
    commonName: commonName === null ? null : printable(commonName, maxTextLength),
    issuer: oneLine(certificate.issuer),
    serial: printable(certificate.serialNumber, maxTextLength),
    fingerprint256: certificate.fingerprint256,
    fingerprint1: certificate.fingerprint,
    notBefore: instant(certificate.validFrom, certificate.validFromDate),
    notAfter: instant(certificate.validTo, certificate.validToDate),
    names: { dns: names.dns, uri: names.uri, ip: names.ip },
    otherNames: { email: names.email, others: names.others },
    namesTotal: names.total,
    extendedKeyUsage: extendedKeyUsage(certificate),
    ...keyFacts(certificate),
    isCa: certificate.ca,
    ...(details === null ? {} : { details }),
  };
}

/** Reads certificates and remembers the last `most` by fingerprint: thousands of checks see the same few. */
export function certificateReader(most = 5_000): (der: Uint8Array, fingerprint256: string) => CertificateFacts {
  const known = new Map<string, CertificateFacts>();
  return (der, fingerprint256) => {
    const seen = known.get(fingerprint256);
    if (seen !== undefined) return seen;
    const facts = readCertificate(der);
    const oldest = known.keys().next();
    if (known.size >= most && oldest.done !== true) known.delete(oldest.value);
    known.set(fingerprint256, facts);
    return facts;
  };
}

/** Node writes a distinguished name as one attribute per line, with line breaks inside values escaped. */
function oneLine(distinguishedName: string | undefined): string {
  return printable((distinguishedName ?? '').split('\n').join(', '), maxTextLength);
}

/** The most specific common name; escapes of RFC 4514 §2.4 undone. */
function lastCommonName(distinguishedName: string | undefined): string | null {
  const line = (distinguishedName ?? '').split('\n').findLast((each) => each.startsWith('CN='));
  if (line === undefined) return null;
  return line.slice('CN='.length).replace(/\\([0-9A-F]{2}|.)/g, (_, escaped: string) => {
    return escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped;
  });
}

/**
 * A date that cannot be read counts as long past: such a certificate is valid for nobody. The text alone tells that it
 * cannot be read (`Bad time value`); the date is then whatever stood in memory (measured on Node 24.21).
 */
function instant(text: string, date: Date): string {
  const readable = /^[A-Z][a-z]{2} +\d/.test(text) && !Number.isNaN(date.getTime());
  return (readable ? date : new Date(0)).toISOString();
}

/** Node calls the extended key usages `keyUsage`; it is undefined when the extension is absent, against its type. */
function extendedKeyUsage(certificate: X509Certificate): readonly string[] | null {
  const usages = certificate.keyUsage as readonly string[] | undefined;
  return usages === undefined ? null : usages.slice(0, maxNames).map((oid) => printable(oid, maxTextLength));
}

function keyFacts(certificate: X509Certificate): Pick<CertificateFacts, 'keyType' | 'keyBits'> {
  const key = publicKey(certificate);
  const details = key?.asymmetricKeyDetails;
  const bits = details?.modulusLength ?? bitsOfCurve(details?.namedCurve);
  return { keyType: key?.asymmetricKeyType ?? 'unknown', keyBits: bits };
}

/** Curves carry their size in their names: `prime256v1`, `secp224r1`, `brainpoolP512t1`. */
function bitsOfCurve(curve: string | undefined): number | null {
  const bits = /\d{3}/.exec(curve ?? '')?.[0];
  return bits === undefined ? null : Number(bits);
}

/** A stranger's key may be of a kind that OpenSSL cannot decode; that is a fact about the certificate, not a fault. */
function publicKey(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}
