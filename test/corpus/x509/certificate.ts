import { bits, explicit, integer, nothing, oid, sequence, set, utcTime, utf8 } from './der.ts';
import {
  alternativeNames,
  authorityKeyId,
  basicConstraints,
  clientAuth,
  dns,
  extendedKeyUsage,
  keyUsage,
  serverAuth,
  subjectKeyId,
} from './extensions.ts';
import { key } from './keys.ts';

/** A certificate and what is needed to issue others with it. */
export interface Made {
  readonly der: Buffer;
  readonly name: Buffer;
  readonly keyName: string;
}

/** The extensions by what they are; null leaves one out. */
export interface Extensions {
  readonly basic?: Buffer | null;
  readonly usage?: Buffer | null;
  readonly extended?: Buffer | null;
  readonly names?: Buffer | null;
  readonly ski?: Buffer | null;
  readonly aki?: Buffer | null;
  readonly more?: readonly Buffer[];
}

/** What is to be other than in a good certificate. */
export interface Wanted extends Extensions {
  readonly name?: Buffer;
  readonly key?: string;
  /** As the field has it: 2 is version 3; null leaves the field out. */
  readonly version?: number | null;
  readonly serial?: string;
  readonly notBefore?: Buffer;
  readonly notAfter?: Buffer;
  readonly hash?: string;
  readonly issuerName?: Buffer;
  /** The algorithm as it is signed along, and as it stands beside the signature. */
  readonly inner?: Buffer;
  readonly outer?: Buffer;
  /** Instead of the whole list of extensions; null leaves the field out. */
  readonly extensions?: readonly Buffer[] | null;
  /** Changes the signature. */
  readonly spoil?: (signature: Buffer) => Buffer;
}

export const host = 'sip.a.example';
/** A name of one common name; of nothing when it is empty. */
export const named = (text: string): Buffer =>
  sequence(...(text === '' ? [] : [set(sequence(oid('2.5.4.3'), utf8(text)))]));

const dayMs = 86_400_000;
/** A UTCTime some days from now. */
export function days(from: number): Buffer {
  const text = new Date(Date.now() + from * dayMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return utcTime(text.slice(2));
}

let count = 0x1000;

/** A leaf for `sip.a.example`. */
export function leafOf(issuer: Made, wanted: Wanted = {}): Made {
  const keyName = wanted.key ?? 'ec:leaf';
  return certificate(issuer, keyName, wanted.name ?? named(host), wanted, {
    usage: keyUsage(['digitalSignature', 'keyEncipherment']),
    extended: extendedKeyUsage([serverAuth, clientAuth]),
    names: alternativeNames([dns(host)]),
    ski: subjectKeyId(keyName),
    aki: authorityKeyId(issuer.keyName),
  });
}

/** An authority; without an issuer a root. `title` is its name and that of its key. */
export function authorityOf(title: string, issuer: Made | null, wanted: Wanted = {}): Made {
  const keyName = wanted.key ?? `ec:${title}`;
  const name = wanted.name ?? named(title);
  return certificate(issuer ?? { der: nothing, name, keyName }, keyName, name, wanted, {
    basic: basicConstraints(true),
    usage: keyUsage(['keyCertSign', 'cRLSign']),
    ski: subjectKeyId(keyName),
    aki: issuer === null ? null : authorityKeyId(issuer.keyName),
  });
}

function certificate(issuer: Made, keyName: string, name: Buffer, wanted: Wanted, usual: Extensions): Made {
  const { version = 2, hash = 'sha256' } = wanted;
  const signer = key(issuer.keyName);
  const algorithm = signer.algorithm(hash);
  const { basic, usage, extended, names, ski, aki, more = [] } = { ...usual, ...wanted };
  const listed = [basic, usage, extended, names, ski, aki, ...more].filter(
    (each) => each !== null && each !== undefined,
  );
  const extensions = wanted.extensions === undefined ? listed : wanted.extensions;
  count += 1;
  const signed = sequence(
    version === null ? nothing : explicit(0, Buffer.from([2, 1, version])),
    integer(wanted.serial ?? count.toString(16)),
    wanted.inner ?? algorithm,
    wanted.issuerName ?? issuer.name,
    sequence(wanted.notBefore ?? days(-30), wanted.notAfter ?? days(60)),
    name,
    key(keyName).spki,
    extensions === null ? nothing : explicit(3, sequence(...extensions)),
  );
  const signature = signer.sign(signed, hash);
  const der = sequence(signed, wanted.outer ?? algorithm, bits(wanted.spoil?.(signature) ?? signature));
  return { der, name, keyName };
}
