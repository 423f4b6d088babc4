import { randomBytes } from 'node:crypto';
import type { TlsVersion } from './hello-answer.ts';

const wire: Readonly<Record<TlsVersion, number>> = {
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

/** Suites by the version that brought them; an older server picks from the older ones. */
const suites13 = [0x1301, 0x1302, 0x1303];
const suites12 = [
  0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc023, 0xc027, 0xc024, 0xc028, 0x009c, 0x009d, 0x003c, 0x003d,
];
const suites10 = [0xc009, 0xc013, 0xc00a, 0xc014, 0x002f, 0x0035, 0x0033, 0x0039, 0x000a];
/** Secure renegotiation (RFC 5746 §3.3); without it some servers hang up. */
const renegotiation = 0x00ff;

const groups = { x25519: 29, p256: 23, p384: 24 } as const;
const signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201];

const two = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const list = (values: readonly number[]): Buffer => Buffer.concat(values.map(two));
const sized1 = (body: Buffer): Buffer => Buffer.concat([Buffer.from([body.length]), body]);
const sized2 = (body: Buffer): Buffer => Buffer.concat([two(body.length), body]);
const extension = (type: number, body: Buffer): Buffer => Buffer.concat([two(type), sized2(body)]);

function suitesOf(version: TlsVersion): readonly number[] {
  if (version === 'TLSv1.3') return suites13;
  return [...(version === 'TLSv1.2' ? suites12 : []), ...suites10, renegotiation];
}

function extensionsOf(version: TlsVersion, serverName: string): Buffer {
  const isAddress = serverName.includes(':') || /^[\d.]+$/.test(serverName);
  const name = Buffer.concat([Buffer.from([0]), sized2(Buffer.from(serverName, 'latin1'))]);
  const keyShare = Buffer.concat([two(groups.x25519), sized2(randomBytes(32))]);
  return Buffer.concat([
    ...(isAddress ? [] : [extension(0, sized2(name))]),
    extension(10, sized2(list(Object.values(groups)))),
    extension(11, sized1(Buffer.from([0]))),
    ...(version === 'TLSv1.2' || version === 'TLSv1.3' ? [extension(13, sized2(list(signatures)))] : []),
    ...(version === 'TLSv1.3' ? [extension(43, sized1(two(wire[version]))), extension(51, sized2(keyShare))] : []),
  ]);
}

/** A ClientHello that offers one TLS version and no other (RFC 2246, 4346, 5246, 8446 §4.1.2), in one record. */
export function clientHello(version: TlsVersion, serverName: string): Buffer {
  const body = Buffer.concat([
    // A hello of TLS 1.3 says 1.2 here and the truth in an extension (RFC 8446 §4.1.2).
    two(Math.min(wire[version], wire['TLSv1.2'])),
    randomBytes(32),
    sized1(version === 'TLSv1.3' ? randomBytes(32) : Buffer.alloc(0)),
    sized2(list(suitesOf(version))),
    Buffer.from([1, 0]),
    sized2(extensionsOf(version, serverName)),
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), sized2(body)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized2(message)]);
}
