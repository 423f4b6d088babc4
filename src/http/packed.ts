import { constants, crc32, deflateRawSync } from 'node:zlib';
import { breathe } from '../metrics/exposition.ts';
import type { Piece } from '../metrics/runs.ts';
import { gzipLevel } from './compress.ts';
import { joinedCrc, shiftBy } from './crc.ts';

/** A piece packed by itself, to be put between others. */
interface Packed {
  readonly octets: Buffer;
  readonly length: number;
  readonly crc: number;
  /** What follows from the length, for the checksum of the whole. */
  readonly shift: number;
}

/** Of a gzip member (RFC 1952): no name, no time, the fastest way, any system. */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);
/** The last block of deflate, and nothing in it. */
const end = Buffer.from([3, 0]);

/** About so many octets leave at once. */
const octetsAtOnce = 65_536;

function pack(piece: Piece): Packed {
  const plain = Buffer.from(piece.join(''));
  // Ended at an octet and not as the last one: such pieces in a row are one stream.
  const octets = deflateRawSync(plain, { level: gzipLevel, finishFlush: constants.Z_SYNC_FLUSH });
  return { octets, length: plain.length, crc: crc32(plain), shift: shiftBy(plain.length) };
}

function trailer(crc: number, length: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeUInt32LE(crc, 0);
  octets.writeUInt32LE(length % 2 ** 32, 4);
  return octets;
}

/**
 * Pieces as gzip. Each is packed by itself and kept as long as the piece is, so that of a text of which little changed only
 * that is packed again. Others may run after each that was.
 */
export function keptGzip(): (pieces: AsyncIterable<Piece>) => AsyncGenerator<Buffer, void, undefined> {
  const kept = new WeakMap<Piece, Packed>();
  return async function* (pieces) {
    let waiting: Buffer[] = [head];
    let [crc, length, size] = [0, 0, 0];
    for await (const piece of pieces) {
      const known = kept.get(piece);
      const packed = known ?? pack(piece);
      if (known === undefined) {
        kept.set(piece, packed);
        await breathe();
      }
      crc = joinedCrc(crc, packed.crc, packed.shift);
      length += packed.length;
      waiting.push(packed.octets);
      size += packed.octets.length;
      if (size < octetsAtOnce) continue;
      yield Buffer.concat(waiting);
      [waiting, size] = [[], 0];
    }
    yield Buffer.concat([...waiting, end, trailer(crc, length)]);
  };
}
