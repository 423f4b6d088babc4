import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { after, test } from 'node:test';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { datagramFailureOf } from '../../src/net/classify.ts';
import { maxUnreadDatagrams, openDatagrams } from '../../src/net/datagram-link.ts';
import { createNet } from '../../src/net/node-net.ts';
import { openSockets, udpPeer } from './loopback.ts';

const quick = (): AbortSignal => AbortSignal.timeout(5_000);

after(async () => assert.equal(await openSockets(), 0, 'every socket was closed'));

/** What is received until nothing more comes for a moment. */
async function drained(link: Awaited<ReturnType<typeof openDatagrams>>): Promise<readonly string[]> {
  const all: string[] = [];
  for (;;) {
    const next = await link.receive(AbortSignal.timeout(100)).catch(() => null);
    if (next === null) return all;
    all.push(Buffer.from(next).toString());
  }
}

test('what another address or port sends to our port never arrives', async () => {
  const seen: RemoteInfo[] = [];
  const honest = await udpPeer((_, from, reply) => {
    seen.push(from);
    reply('honest', from);
  });
  const link = await openDatagrams(honest, quick());
  await link.send(Buffer.from('ping'), quick());
  assert.equal(Buffer.from(await link.receive(quick())).toString(), 'honest');
  const { port } = seen[0] ?? assert.fail('nothing came');
  const liar = createSocket('udp4');
  await new Promise((resolve) => liar.send('liar', port, '127.0.0.1', resolve));
  liar.close();
  await link.send(Buffer.from('ping'), quick());
  assert.deepEqual(await drained(link), ['honest']);
  link.close();
  await honest.stop();
});

test('every link has a port of its own', async () => {
  const ports = new Set<number>();
  const seen = await udpPeer((_, from, reply) => {
    ports.add(from.port);
    reply('', from);
  });
  for (let at = 0; at < 5; at += 1) {
    const link = await openDatagrams(seen, quick());
    await link.send(Buffer.from('ping'), quick());
    await link.receive(quick());
    link.close();
  }
  await seen.stop();
  assert.equal(ports.size, 5);
});

test('unread datagrams are held up to the cap; the rest is dropped and the link lives on', async () => {
  for (const [many, held] of [
    [maxUnreadDatagrams, maxUnreadDatagrams],
    [maxUnreadDatagrams + 1, maxUnreadDatagrams],
  ] as const) {
    const flood = await udpPeer((text, from, reply) => {
      for (let at = 0; at < Number(text); at += 1) reply(String(at), from);
    });
    const link = await openDatagrams(flood, quick());
    await link.send(Buffer.from(String(many)), quick());
    await pause(200);
    assert.equal((await drained(link)).length, held);
    await link.send(Buffer.from('1'), quick());
    assert.deepEqual(await drained(link), ['0']);
    link.close();
    await flood.stop();
  }
});

test('the egress policy judges the numeric address before a socket is opened', async () => {
  const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
  await assert.rejects(net.datagrams({ address: '127.0.0.1', port: 5060 }, quick()), (error) => {
    assert.ok(error instanceof NetworkFailure);
    assert.equal(error.failure.code, 'egress_denied');
    return true;
  });
});

test('errors of a UDP socket in our words', () => {
  const codeOf = (code: string, address = '192.0.2.1'): string | undefined =>
    datagramFailureOf(Object.assign(new Error(code), { code, syscall: 'send' }), address)?.code;
  assert.deepEqual(
    ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EPERM', 'EMFILE'].map((each) => codeOf(each)),
    ['udp_refused', 'udp_unreachable', 'udp_unreachable', 'local_resource', 'local_resource'],
  );
  assert.equal(codeOf('ENETUNREACH', '2001:db8::1'), 'no_route_of_family');
  assert.equal(datagramFailureOf(new TypeError('a bug'), '192.0.2.1'), null);
});
