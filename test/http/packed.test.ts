import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { joinedCrc, shiftBy } from '../../src/http/crc.ts';
import { keptGzip } from '../../src/http/packed.ts';
import { buildHttp } from '../../src/http/server.ts';
import type { Piece } from '../../src/metrics/runs.ts';
import { listOf } from '../metrics/whole.ts';
import { quiet } from '../queue/rig.ts';

async function* each<T>(all: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const one of all) {
    await Promise.resolve();
    yield one;
  }
}

const packed = async (gzip: ReturnType<typeof keptGzip>, pieces: readonly Piece[]): Promise<Buffer> =>
  Buffer.concat(await listOf(gzip(each(pieces))));

test('the checksum of two texts one after the other follows from those of each', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.uint8Array({ maxLength: 3_000 }), (first, second) => {
      const joined = joinedCrc(crc32(first), crc32(second), shiftBy(second.length));
      assert.equal(joined, crc32(Buffer.concat([first, second])));
    }),
  );
});

test('pieces in any order, new and kept, are one gzip that unpacks to them, checksum and length included', async () => {
  const gzip = keptGzip();
  const piece = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const text = (some: readonly Piece[]): string => Buffer.from(some.flat().join('')).toString();
      assert.equal(gunzipSync(await packed(gzip, pieces)).toString(), text(pieces));
      const turned = pieces.toReversed();
      assert.equal(gunzipSync(await packed(gzip, turned)).toString(), text(turned));
    }),
  );
});

test('a text of which most repeats is a fraction of itself when it is packed', async () => {
  const line = (at: number): string => `fedmon_partner_interval_seconds{partner="partner-${String(at)}.example"} 300\n`;
  const pieces = Array.from({ length: 50 }, (_, run) =>
    Array.from({ length: 200 }, (_none, at) => line(run * 200 + at)),
  );
  const plain = pieces.flat().join('').length;
  const octets = (await packed(keptGzip(), pieces)).length;
  assert.ok(octets < plain / 8, `${String(octets)} of ${String(plain)}`);
});

test('/metrics is the same text packed and not, and says which it is', async () => {
  const metrics = () => Promise.resolve(each<Piece>([['a 1\n', 'b 2\n'], ['c 3\n']]));
  const app = buildHttp({ healthy: () => true, ready: () => Promise.resolve(true as const), metrics }, quiet);
  const plain = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'identity' } });
  const gzip = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'gzip' } });
  await app.close();
  assert.equal(plain.body, 'a 1\nb 2\nc 3\n');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(gzip.rawPayload).toString(), plain.body);
  assert.equal(gzip.headers.vary, plain.headers.vary);
});
