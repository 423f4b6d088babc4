import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { anonymous, builtInDefaults } from '../../src/config/defaults.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { lookUpOwnClients, lookUpOwnTargets, type OwnPlace } from '../../src/role/own-targets.ts';
import { startDnsServer, type Zone, type ZoneEntry } from '../lab/dns-server.ts';
import { partner } from '../schedule/partner.ts';

const srvName = '_sipfederationtls._tcp.mon.example SRV';

/** Our own record as a resolver on loopback says it, and an edge there that counts who connects. */
async function ours(t: TestContext, said: ZoneEntry | null, change: Partial<OwnPlace> = {}, more: Zone = new Map()) {
  let connections = 0;
  const edge = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(edge, 'listening');
  t.after(() => edge.close());
  const { port } = edge.address() as AddressInfo;
  const zone: Zone = new Map<string, ZoneEntry>([['sip.mon.example A', [{ type: 'A', data: '127.0.0.1' }]]]);
  if (said !== null) zone.set(srvName, said);
  if (said === null) zone.set(srvName, [{ type: 'SRV', priority: 1, weight: 1, port, target: 'SIP.mon.example' }]);
  for (const [name, entry] of more) zone.set(name, entry);
  const dns = await startDnsServer(zone);
  t.after(() => dns.stop());
  const config: OwnPlace = {
    identity: { domain: 'mon.example', contact: 'noc@mon.example', certFile: null, keyFile: null },
    dns: { servers: [{ address: dns.address, port: dns.port }] },
    egress: { allow: ['127.0.0.0/8'] },
    partners: [],
    defaults: { ...builtInDefaults, timeoutMs: 1_000 },
    ...change,
  };
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'system', certificate: null });
  const targets = await lookUpOwnTargets(config, { net, clock: systemClock });
  const clients = await lookUpOwnClients(config, { net, clock: systemClock });
  return { targets, clients, connections, dns };
}

test('the hosts of our own SRV record, by asking resolvers and connecting to nothing', async (t) => {
  const { targets, connections, dns } = await ours(t, null);
  assert.deepEqual(targets, ['sip.mon.example']);
  assert.equal(connections, 0);
  assert.ok((dns.asked.get(srvName) ?? 0) >= 1);
});

test('no record leads nowhere; a resolver that is silent or fails tells nothing', async (t) => {
  assert.deepEqual((await ours(t, 'nxdomain')).targets, []);
  assert.equal((await ours(t, 'silence')).targets, null);
  assert.equal((await ours(t, 'servfail')).targets, null);
});

test('without an identity nobody is asked; where our domain is a partner too, its own profile and route hold', async (t) => {
  const nobody = await ours(t, null, { identity: anonymous });
  assert.deepEqual([nobody.targets, nobody.dns.queries], [null, { udp: 0, tcp: 0 }]);
  const pinned = { ...partner('mon.example', 60_000), route: { host: 'edge.mon.example', port: 5061 } };
  assert.deepEqual((await ours(t, null, { partners: [pinned] })).targets, ['edge.mon.example']);
});

test('names that only clients ask for say that people sign in with the domain; federation and XMPP do not', async (t) => {
  const srv = (target: string): ZoneEntry => [{ type: 'SRV', priority: 1, weight: 1, port: 443, target }];
  const withNames = async (...names: readonly (readonly [string, ZoneEntry])[]) =>
    (await ours(t, null, {}, new Map(names))).clients;
  assert.equal(await withNames(), null);
  assert.equal(await withNames(['_xmpp-server._tcp.mon.example SRV', srv('xmpp.mon.example')]), null);
  assert.equal(
    await withNames(['_sip._tls.mon.example SRV', srv('edge.mon.example')]),
    '_sip._tls.mon.example leads to edge.mon.example',
  );
  assert.equal(
    await withNames(['lyncdiscover.mon.example A', [{ type: 'A', data: '127.0.0.9' }]]),
    'lyncdiscover.mon.example leads to 127.0.0.9',
  );
  assert.equal((await ours(t, null, { identity: anonymous })).clients, null);
});
