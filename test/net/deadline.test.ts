import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/net/clock.ts';
import { DeadlineExceeded, within } from '../../src/net/deadline.ts';
import { createNet } from '../../src/net/node-net.ts';
import { peer } from './loopback.ts';

/** Holds up the whole loop, as a machine that is too busy does. */
function heldUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('what came in time counts, however late the loop gets to read it', async (t) => {
  const sockets: Socket[] = [];
  const server = await peer((socket) => sockets.push(socket));
  t.after(() => server.stop());
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'mozilla', certificate: null });
  const link = await net.connect(server, AbortSignal.timeout(5_000));
  t.after(() => link.close());
  await link.send(Buffer.from('x'), AbortSignal.timeout(5_000));
  while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 20; turn += 1) {
    const answer = within(systemClock, 20, undefined, (signal) => link.receive(signal));
    sockets[0]?.write('pong');
    heldUp(40);
    assert.equal(Buffer.from((await answer) ?? '').toString(), 'pong', `turn ${String(turn)}`);
  }
  const silent = within(systemClock, 20, undefined, (signal) => link.receive(signal));
  await assert.rejects(silent, DeadlineExceeded);
});
