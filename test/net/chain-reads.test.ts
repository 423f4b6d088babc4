import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { createNet } from '../../src/net/node-net.ts';
import { tlsPeer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

// Node reads the whole chain for its own name check, through a method that `src/net/tls-client.ts` puts a stub in front
// of. A Node that reads it another way does no harm but costs a fifth of a handshake more; this tells.
test('the chain of a connection is read once, by us', async () => {
  const { root, server } = await testCertificates();
  const trust = trustFile(root.certPem);
  after(() => trust.remove());
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
  const signal = AbortSignal.timeout(20_000);
  const proto = TLSSocket.prototype;
  const original = Object.getOwnPropertyDescriptor(proto, 'getPeerCertificate');
  assert.ok(original !== undefined);
  const read = original.value as typeof proto.getPeerCertificate;
  const whole: unknown[] = [];
  Object.defineProperty(proto, 'getPeerCertificate', {
    ...original,
    value(this: TLSSocket, detailed: true) {
      if (!(this as unknown as { readonly server?: unknown }).server) whole.push(detailed);
      return read.call(this, detailed);
    },
  });
  try {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      whole.length = 0;
      const peer = await tlsPeer({
        cert: server.chainPem,
        key: server.keyPem,
        minVersion: version,
        maxVersion: version,
      });
      after(() => peer.stop());
      const link = await net.connect(peer, signal);
      await link.secure({ serverName: 'sip.a.example' }, signal);
      assert.equal(link.seen()?.chain.length, 2);
      link.close();
      assert.deepEqual(whole, [true], version);
    }
  } finally {
    Object.defineProperty(proto, 'getPeerCertificate', original);
  }
});
