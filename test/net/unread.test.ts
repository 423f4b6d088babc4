import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { NodeLink, maxUnread } from '../../src/net/link.ts';
import type { TlsClient } from '../../src/net/tls-client.ts';
import { peer } from './loopback.ts';

const quick = (): AbortSignal => AbortSignal.timeout(5_000);

/** A connection on which so many octets have come that nobody read, and the socket below it. */
async function heard(t: TestContext, octets: number) {
  const server = await peer((socket) => void socket.write(Buffer.alloc(octets)));
  t.after(() => server.stop());
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const link = new NodeLink(socket, {} as TlsClient);
  t.after(() => link.close());
  await link.admitted(quick());
  while (socket.bytesRead < octets) await new Promise((turn) => setImmediate(turn));
  return { link, socket };
}

test('so many octets are held unread', async (t) => {
  const { socket } = await heard(t, maxUnread);
  assert.equal(socket.isPaused(), false);
});

test('one more, and the peer has to wait until they were read', async (t) => {
  const { link, socket } = await heard(t, maxUnread + 1);
  assert.equal(socket.isPaused(), true);
  await link.receive(quick());
  assert.equal(socket.isPaused(), false);
});
