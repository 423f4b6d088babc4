import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { maxBesides } from '../../src/net/link.ts';
import type { Link } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { sealedEdge } from '../hostile/edge-server.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

const quick = (): AbortSignal => AbortSignal.timeout(5_000);

/** A connection whose server sends tickets after the handshake until so many octets are not exceeded, and then so many more. */
async function flooded(t: TestContext, record: boolean, more: number): Promise<Link> {
  const { root, server } = await testCertificates();
  const edge = await sealedEdge(server, (socket, sealer) => {
    const first = sealer.ticket();
    const fitting = Math.floor((maxBesides - socket.bytesWritten) / first.length);
    const rest = Array.from({ length: fitting + more - 1 }, () => sealer.ticket());
    socket.write(Buffer.concat([first, ...rest]));
  });
  t.after(() => edge.stop());
  const trust = trustFile(root.certPem);
  t.after(() => trust.remove());
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
  const link = await net.connect({ address: '127.0.0.1', port: edge.port }, quick());
  t.after(() => link.close());
  await link.secure({ serverName: 'sip.partner.example', record }, quick());
  return link;
}

for (const record of [false, true]) {
  const way = record ? 'recorded' : 'not recorded';

  test(`${String(maxBesides)} octets beside an answer are taken, ${way}`, async (t) => {
    const link = await flooded(t, record, 0);
    await assert.rejects(link.receive(AbortSignal.timeout(500)), { name: 'TimeoutError' });
  });

  test(`a record more, and the connection is over, ${way}`, async (t) => {
    const link = await flooded(t, record, 1);
    await pause(200);
    await assert.rejects(link.receive(quick()), (error) => {
      assert.ok(error instanceof NetworkFailure);
      assert.equal(error.failure.code, 'sip_too_large');
      return true;
    });
  });
}
