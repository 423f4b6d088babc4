import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createNet } from '../../src/net/node-net.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

/** What is left of the smallest MTU of IPv6 below TCP with time stamps (RFC 8200 §5, RFC 7323 §3). */
const leastSegment = 1_280 - 40 - 32;
const supportedGroups = 10;
/** X25519MLKEM768, and the earlier draft of it. */
const postQuantum = [0x11ec, 0x6399];

/** The body of an extension of a ClientHello in its record (RFC 8446 §4.1.2). */
function extension(hello: Buffer, wanted: number): Buffer {
  let at = 5 + 4 + 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  for (at += 2; at < hello.length; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) === wanted) return hello.subarray(at + 4, at + 4 + hello.readUInt16BE(at + 2));
  }
  return Buffer.alloc(0);
}

test('our ClientHello fits into one segment and offers no post-quantum share', async () => {
  const { root } = await testCertificates();
  const trust = trustFile(root.certPem);
  const heard = createServer();
  after(() => {
    heard.close();
    trust.remove();
  });
  await new Promise<void>((resolve) => heard.listen(0, '127.0.0.1', resolve));
  const { port } = heard.address() as { port: number };
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
  const signal = AbortSignal.timeout(5_000);
  const coming = once(heard, 'connection') as Promise<[Socket]>;
  const link = await net.connect({ address: '127.0.0.1', port }, signal);
  const [peer] = await coming;
  const shaken = link.secure({ serverName: `${'sip.'.repeat(50)}a.example` }, signal);
  const [hello] = (await once(peer, 'data')) as [Buffer];
  peer.destroy();
  await assert.rejects(shaken);
  link.close();
  assert.equal(hello.length, 5 + hello.readUInt16BE(3), 'it came whole');
  assert.ok(hello.length <= leastSegment, `${String(hello.length)} octets`);
  const groups = extension(hello, supportedGroups);
  const offered = Array.from({ length: groups.length / 2 - 1 }, (_, at) => groups.readUInt16BE(2 * at + 2));
  assert.ok(offered.includes(0x001d) && offered.includes(0x0017), 'X25519 and P-256');
  assert.deepEqual(
    offered.filter((each) => postQuantum.includes(each)),
    [],
  );
});
