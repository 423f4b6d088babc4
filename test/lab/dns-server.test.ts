import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { test } from 'node:test';
import * as packet from 'dns-packet';
import { startDnsServer, type DnsServer, type Zone, type ZoneEntry } from './dns-server.ts';

const srvName = '_sipfederationtls._tcp.a.example';

function zone(): Zone {
  const entries: readonly (readonly [string, ZoneEntry])[] = [
    [`${srvName} SRV`, [{ type: 'SRV', priority: 10, weight: 5, port: 5061, target: 'sip.a.example' }]],
    ['sip.a.example A', [{ type: 'A', data: '127.0.0.1' }]],
    ['alias.a.example CNAME', [{ type: 'CNAME', data: 'sip.a.example' }]],
    ['broken.example SRV', 'servfail'],
    ['closed.example A', 'refused'],
    ['gone.example A', 'nxdomain'],
    ['mute.example A', 'silence'],
    ['long.example TXT', Array.from({ length: 30 }, () => ({ type: 'TXT', data: 'x'.repeat(100) }))],
  ];
  return new Map(entries);
}

async function serve(t: {
  after(clean: () => Promise<void>): void;
}): Promise<{ server: DnsServer; resolver: Resolver }> {
  const server = await startDnsServer(zone());
  t.after(() => server.stop());
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`${server.address}:${String(server.port)}`]);
  return { server, resolver };
}

test('records are answered and counted', async (t) => {
  const { server, resolver } = await serve(t);
  assert.deepEqual(await resolver.resolveSrv(srvName), [
    { type: 'SRV', name: 'sip.a.example', port: 5061, priority: 10, weight: 5 },
  ]);
  assert.deepEqual(await resolver.resolve4('SIP.A.example'), ['127.0.0.1']);
  assert.deepEqual(await resolver.resolve4('alias.a.example'), ['127.0.0.1']);
  assert.equal(server.asked.get(`${srvName} SRV`), 1);
  assert.equal(server.asked.get('sip.a.example A'), 1);
  assert.deepEqual(server.queries, { udp: 3, tcp: 0 });
});

test('each way to fail is its own', async (t) => {
  const { resolver } = await serve(t);
  const code = (looking: Promise<unknown>): Promise<unknown> =>
    looking.then(
      () => 'found',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
  assert.deepEqual(
    await Promise.all([
      code(resolver.resolveSrv('broken.example')),
      code(resolver.resolve4('closed.example')),
      code(resolver.resolve4('gone.example')),
      code(resolver.resolve4('nowhere.example')),
      code(resolver.resolve6('sip.a.example')),
      code(resolver.resolve4('_tcp.a.example')),
      code(resolver.resolve4('mute.example')),
    ]),
    ['ESERVFAIL', 'EREFUSED', 'ENOTFOUND', 'ENOTFOUND', 'ENODATA', 'ENODATA', 'ETIMEOUT'],
  );
});

test('an answer too long for UDP is cut, and whole over TCP on the same port', async (t) => {
  const { server, resolver } = await serve(t);
  const cut = await askUdp(server, { type: 'TXT', name: 'long.example' });
  assert.deepEqual([cut.flag_tc, cut.flag_aa, cut.answers?.length], [true, true, 0]);
  assert.equal((await resolver.resolveTxt('long.example')).length, 30);
  assert.deepEqual(server.queries, { udp: 2, tcp: 1 });
});

test('the zone may change while it is served', async (t) => {
  const { server, resolver } = await serve(t);
  server.zone.set('sip.a.example A', [{ type: 'A', data: '127.0.0.9' }]);
  assert.deepEqual(await resolver.resolve4('sip.a.example'), ['127.0.0.9']);
});

function askUdp(server: DnsServer, question: packet.Question): Promise<packet.DecodedPacket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), 2_000);
    socket.once('message', (message) => {
      clearTimeout(timer);
      socket.close();
      resolve(packet.decode(message));
    });
    socket.send(packet.encode({ type: 'query', id: 7, questions: [question] }), server.port, server.address);
  });
}
