import { createHash } from 'node:crypto';
import { bits, bool, explicit, implicit, nothing, octets, oid, sequence } from './der.ts';
import { key } from './keys.ts';

// Extensions as RFC 5280 §4.2 has them, and as it has them not.

export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Any content under any OID. */
export function extension(id: string, critical: boolean, content: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [bool(true)] : []), octets(content));
}

export function basicConstraints(ca: boolean, pathLength: number | null = null, critical = true): Buffer {
  const length = pathLength === null ? nothing : Buffer.from([2, 1, pathLength]);
  return extension('2.5.29.19', critical, sequence(ca ? bool(true) : nothing, length));
}

const usageBits = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04, cRLSign: 0x02 } as const;
export function keyUsage(usages: readonly (keyof typeof usageBits)[], critical = true): Buffer {
  const octet = usages.reduce((sum, each) => sum | usageBits[each], 0);
  return extension('2.5.29.15', critical, bits(Buffer.from([octet]), 1));
}

export function extendedKeyUsage(ids: readonly string[], critical = false): Buffer {
  return extension('2.5.29.37', critical, sequence(...ids.map(oid)));
}

export const dns = (name: string): Buffer => implicit(2, name);
export const mail = (address: string): Buffer => implicit(1, address);
export const uri = (text: string): Buffer => implicit(6, text);
export const ip = (hex: string): Buffer => implicit(7, Buffer.from(hex, 'hex'));
/** A directory name with one common name. */
export const directory = (name: Buffer): Buffer => explicit(4, name);

export function alternativeNames(names: readonly Buffer[], critical = false): Buffer {
  return extension('2.5.29.17', critical, sequence(...names));
}

interface Sides {
  readonly permitted?: readonly Buffer[];
  readonly excluded?: readonly Buffer[];
}

/** Each name becomes a subtree; an empty list is written as one. */
export function nameConstraints({ permitted, excluded }: Sides, critical = true): Buffer {
  const side = (number: number, names: readonly Buffer[] | undefined): Buffer =>
    names === undefined ? nothing : explicit(number, ...names.map((each) => sequence(each)));
  return extension('2.5.29.30', critical, sequence(side(0, permitted), side(1, excluded)));
}

const keyId = (name: string): Buffer => createHash('sha1').update(key(name).spki).digest();

export function subjectKeyId(name: string, critical = false): Buffer {
  return extension('2.5.29.14', critical, octets(keyId(name)));
}

export function authorityKeyId(name: string, critical = false): Buffer {
  return extension('2.5.29.35', critical, sequence(implicit(0, keyId(name))));
}

export const accessIds = { ocsp: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;
export function authorityAccess(content: Buffer, critical = false): Buffer {
  return extension('1.3.6.1.5.5.7.1.1', critical, content);
}
