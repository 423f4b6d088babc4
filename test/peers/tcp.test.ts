import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Net } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { examine, outcome, partner, withoutDns } from './examination.ts';

// What the kernel seldom says of a connection.

const nowhere = [{ address: '127.0.0.1', port: 53 }];

test('no route of the family: tcp_family_missing, and it is ours', async () => {
  // Of an address of many (RFC 4291 §2.7) Linux says to TCP what it says of all IPv6 where there is none: ENETUNREACH.
  const net = createNet({ egressAllow: ['ff00::/8'], trust: 'mozilla', certificate: null });
  const host = 'ff02::1';
  const report = await examine(partner('a.example', { route: { host, port: 5061 } }), net, nowhere);
  assert.deepEqual(outcome(report), ['unknown', 'tcp_family_missing']);
});

/** Resets every connection, from a process of its own, so that it goes on while ours does not. */
const resetting = `require('node:net').createServer((socket) => socket.resetAndDestroy())
  .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;

/** Does nothing for a while after a connection was begun: when it is looked at, it is over. */
function late(net: Net): Net {
  return {
    ...net,
    connect(to, signal) {
      const link = net.connect(to, signal);
      process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500));
      return link;
    },
  };
}

test('a reset before we saw that the connection stands: tcp_failed', async (t) => {
  const server = spawn(process.execPath, ['--eval', resetting], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill());
  const [said] = (await once(server.stdout, 'data')) as [Buffer];
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'mozilla', certificate: null });
  const route = { host: 'sip.a.example', port: Number(said.toString()) };
  const report = await examine(partner('a.example', { route }), withoutDns(late(net)), nowhere);
  assert.deepEqual(outcome(report), ['unreachable', 'tcp_failed']);
  assert.equal(report.findings[0]?.args['detail'], 'tcp_reset: connect ECONNRESET');
});
