import { createPublicKey, generateKeyPairSync, sign, createHash, type KeyObject } from 'node:crypto';
import { bits, integer, nothing, oid, sequence } from './der.ts';

/** A key with the way it signs. Made at the first use and kept. */
export interface Key {
  readonly spki: Buffer;
  readonly pem: string;
  /** AlgorithmIdentifier of a signature with this hash. */
  algorithm(hash: string): Buffer;
  sign(content: Buffer, hash: string): Buffer;
}

const signatures: Readonly<Record<string, string>> = {
  'ec sha256': '1.2.840.10045.4.3.2',
  'ec sha1': '1.2.840.10045.4.1',
  'rsa sha256': '1.2.840.113549.1.1.11',
  'rsa sha1': '1.2.840.113549.1.1.5',
  'rsa md5': '1.2.840.113549.1.1.4',
  'dsa sha256': '2.16.840.1.101.3.4.3.2',
};

/** The AlgorithmIdentifier of a signature, like `ec sha256`. */
export function algorithmOf(type: string, hash: string): Buffer {
  const id = signatures[`${type} ${hash}`];
  if (id === undefined) throw new TypeError(`no signature ${type} ${hash}`);
  return sequence(oid(id), ...(type === 'rsa' ? [Buffer.from('0500', 'hex')] : []));
}

const known = new Map<string, Key>();

/** By kind and a name of your own: `ec:root`, `p224:x`, `rsa1024:x`, `rsa2048:x`, `dsa:x`, `rsa-1:x` (exponent 1). */
export function key(name: string): Key {
  const made = known.get(name) ?? make(name.split(':')[0] ?? '');
  known.set(name, made);
  return made;
}

function make(kind: string): Key {
  switch (kind) {
    case 'ec':
      return signing('ec', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    case 'p224':
      return signing('ec', generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey);
    case 'rsa1024':
      return signing('rsa', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    case 'rsa2048':
      return signing('rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    case 'dsa':
      return signing('dsa', generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey);
    case 'rsa-1':
      return withExponentOne();
    default:
      throw new TypeError(`no key of the kind ${kind}`);
  }
}

function signing(type: 'ec' | 'rsa' | 'dsa', privateKey: KeyObject): Key {
  return {
    spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: (hash) => algorithmOf(type, hash),
    sign: (content, hash) => sign(hash, content, privateKey),
  };
}

/** To the power of one every signature is its own padding: anybody can write it. */
function withExponentOne(): Key {
  const modulus = Buffer.alloc(256, 0xc5);
  const rsa = sequence(oid('1.2.840.113549.1.1.1'), Buffer.from('0500', 'hex'));
  const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), Buffer.from('0500', 'hex'));
  return {
    spki: sequence(rsa, bits(sequence(integer(`00${modulus.toString('hex')}`), integer('01')))),
    pem: '',
    algorithm: () => algorithmOf('rsa', 'sha256'),
    sign(content) {
      const digest = createHash('sha256').update(content).digest();
      const info = sequence(sha256, Buffer.concat([Buffer.from([4, digest.length]), digest]));
      const padding = Buffer.alloc(modulus.length - info.length - 3, 0xff);
      return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info, nothing]);
    },
  };
}
