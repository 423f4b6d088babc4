import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, afterEach, describe, it } from 'node:test';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { NetworkFailure } from '../../src/federation/failure.ts';
import type { Link } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { openSockets, peer, recording, tlsPeer, type Peer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

// What a recorded connection must not lose: an octet of an answer, and the certificates of a handshake that failed.

const { server } = await testCertificates();
const identity = { cert: server.chainPem, key: server.keyPem };
const trust = trustFile();
const serverName = 'sip.a.example';
const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
const quick = (): AbortSignal => AbortSignal.timeout(5_000);

const peers: Peer[] = [];
const links: Link[] = [];
after(() => trust.remove());
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await Promise.all(peers.splice(0).map((each) => each.stop()));
  assert.equal(await openSockets(), 0, 'no socket is left open');
});

async function linkTo(made: Promise<Peer>, recorded: boolean): Promise<Link> {
  const to = await made;
  peers.push(to);
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
  const link = await (recorded ? recording(net) : net).connect(to, quick());
  links.push(link);
  return link;
}

/** Octets that tell their place: a part that is lost or changed places is seen. */
const answer = Buffer.from(Array.from({ length: 120_000 }, (_, at) => (at * 7 + (at >> 8)) & 255));

const endings: Readonly<Record<string, (socket: TLSSocket) => void>> = {
  'the connection stays': (socket) => void socket.write(answer),
  'an orderly end': (socket) => void socket.end(answer),
  'the end of the connection below': (socket) => void socket.write(answer, () => socket.destroySoon()),
};

for (const recorded of [false, true]) {
  describe(`a large answer, ${recorded ? '' : 'not '}recorded`, () => {
    for (const version of versions) {
      for (const [name, ends] of Object.entries(endings)) {
        it(`${version}, ${name}: every octet comes, in order`, async () => {
          const options = { ...identity, minVersion: version, maxVersion: version };
          const made = tlsPeer(options, (socket) => void socket.once('data', () => ends(socket)));
          const link = await linkTo(made, recorded);
          await link.secure({ serverName }, quick());
          await link.send(Buffer.from('x'), quick());
          const got: Uint8Array[] = [];
          for (let left = answer.length; left > 0;) {
            const octets = await link.receive(quick());
            assert.ok(octets, `${String(left)} octets are missing`);
            got.push(octets);
            left -= octets.length;
          }
          assert.ok(Buffer.concat(got).equals(answer));
        });
      }
    }
  });
}

/** How much of a server's first flight ends with its certificates; of TLS 1.3, which hides that, all but the last octet. */
function throughCertificates(flight: Buffer, version: SecureVersion): number {
  if (version === 'TLSv1.3') return flight.length - 1;
  const certificate = 11;
  for (let at = 0; at < flight.length; at += 5 + flight.readUInt16BE(at + 3)) {
    if (flight[at + 5] === certificate) return at + 5 + flight.readUInt16BE(at + 3);
  }
  throw new RangeError('no certificates');
}

/** A server of which the client sees no more than its certificates before this happens. */
async function cutEdge(version: SecureVersion, ends: (client: Socket) => void): Promise<Peer> {
  const inner = await tlsPeer({ ...identity, minVersion: version, maxVersion: version });
  peers.push(inner);
  return peer((client) => {
    const through = connect(inner.port, inner.address).on('error', () => undefined);
    client.once('data', (hello) => through.write(hello)).on('close', () => through.destroy());
    through.once('data', (flight) => {
      client.write(flight.subarray(0, throughCertificates(flight, version)), () => setTimeout(() => ends(client), 50));
    });
  });
}

describe('the certificates of a handshake that ends right after them', () => {
  const rows = [
    ['an end', (client: Socket) => void client.end(), 'tls_closed'],
    ['a reset', (client: Socket) => void client.resetAndDestroy(), 'tls_reset'],
    ['silence', () => undefined, 'the deadline'],
  ] as const;
  for (const version of versions) {
    for (const [name, ends, code] of rows) {
      it(`${version}, ${name}: are seen`, async () => {
        const link = await linkTo(cutEdge(version, ends), true);
        const failed = await link.secure({ serverName }, AbortSignal.timeout(1_000)).catch((error: unknown) => error);
        assert.equal(failed instanceof NetworkFailure ? failed.failure.code : 'the deadline', code);
        assert.deepEqual(
          link.seen()?.flight?.presented.map(({ subject, place }) => [subject, place]),
          [
            ['CN=sip.a.example', 'leaf'],
            ['CN=Test Intermediate, O=fedmon lab', 'path'],
          ],
        );
      });
    }
  }
});
