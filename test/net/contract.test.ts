import { createNet } from '../../src/net/node-net.ts';
import type { DnsRecord } from '../../src/net/net.ts';
import { contractRecords, netContract, type NetWorld } from '../contract/net.ts';
import { certificateFacts, scriptedNet } from '../fakes/scripted-net.ts';
import { startDnsServer, type Zone, type ZoneEntry, type ZoneRecord } from '../lab/dns-server.ts';
import { testCertificates, trustFile } from './test-certificates.ts';
import { closedPort, openSockets, peer, tlsPeer, udpPeer, type Peer } from './loopback.ts';

const { middle, server } = await testCertificates();
const identity = { cert: server.chainPem, key: server.keyPem };

function zone(): Zone {
  const zoneRecord = (record: DnsRecord): ZoneRecord => {
    if (record.type === 'SRV') return record;
    if (record.type === 'NAPTR') throw new TypeError('no part of the contract');
    const { type, ttl } = record;
    return { type, ttl, data: record.type === 'CNAME' || record.type === 'NS' ? record.target : record.address };
  };
  const [alias, address] = contractRecords.address;
  return new Map<string, ZoneEntry>([
    ['_sipfederationtls._tcp.a.example SRV', contractRecords.srv.map(zoneRecord)],
    ['sip.a.example CNAME', [zoneRecord(alias!)]],
    ['edge.a.example A', [zoneRecord(address!)]],
    ['a.example NS', contractRecords.zone.map(zoneRecord)],
    ['none.a.example A', []],
    ['missing.a.example A', 'nxdomain'],
    ['broken.a.example A', 'servfail'],
    ['closed.a.example A', 'refused'],
    ['silent.a.example A', 'silence'],
  ]);
}

async function realWorld(): Promise<NetWorld> {
  const dns = await startDnsServer(zone());
  const mutual = { ...identity, requestCert: true, rejectUnauthorized: true, ca: [middle.certPem] };
  const peers = {
    answering: await tlsPeer(identity, (socket) => socket.on('data', () => socket.write('pong'))),
    silent: await peer(),
    leaving: await tlsPeer(identity, (socket) => socket.on('data', () => socket.end())),
    refusing12: await tlsPeer({ ...mutual, maxVersion: 'TLSv1.2' }),
    refusing13: await tlsPeer({ ...mutual, minVersion: 'TLSv1.3' }),
  } satisfies Record<string, Peer>;
  const datagrams = {
    echoing: await udpPeer((_, from, reply) => reply('pong', from)),
    mute: await udpPeer(),
    closed: await udpPeer(),
  };
  await datagrams.closed.stop();
  const trust = trustFile();
  return {
    net: createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null }),
    dns: { address: dns.address, port: dns.port },
    edges: { ...peers, refused: await closedPort() },
    datagrams,
    async stop() {
      trust.remove();
      await Promise.all([datagrams.echoing.stop(), datagrams.mute.stop()]);
      await Promise.all([dns.stop(), ...Object.values(peers).map((each) => each.stop())]);
      return openSockets();
    },
  };
}

async function scriptedWorld(): Promise<NetWorld> {
  const chain = [certificateFacts(), certificateFacts({ commonName: 'Test Intermediate' })];
  const at = (port: number) => ({ address: '192.0.2.1', port });
  const net = scriptedNet({
    dns: {
      '_sipfederationtls._tcp.a.example SRV': contractRecords.srv,
      'sip.a.example A': contractRecords.address,
      'a.example NS': contractRecords.zone,
      'missing.a.example A': 'dns_nxdomain',
      'none.a.example SRV': 'dns_nodata',
      'broken.a.example A': 'dns_servfail',
      'closed.a.example A': 'dns_refused',
      'silent.a.example A': 'silence',
    },
    edges: {
      '192.0.2.1:1': { tls: { chain }, replies: () => ['pong'] },
      '192.0.2.1:2': { connect: 'tcp_refused' },
      '192.0.2.1:3': { tls: { failure: 'silence' } },
      '192.0.2.1:4': { replies: () => null },
      '192.0.2.1:5': { tls: { protocol: 'TLSv1.2', chain, failure: 'peer_refused_certificate' } },
      '192.0.2.1:6': { tls: { chain }, admitted: 'peer_refused_certificate' },
    },
    datagrams: {
      '192.0.2.1:1': { replies: () => ['pong'] },
      '192.0.2.1:2': {},
      '192.0.2.1:3': { replies: () => 'udp_refused' },
    },
  });
  return Promise.resolve({
    net,
    dns: { address: '192.0.2.53', port: 53 },
    edges: { answering: at(1), refused: at(2), silent: at(3), leaving: at(4), refusing12: at(5), refusing13: at(6) },
    datagrams: { echoing: at(1), mute: at(2), closed: at(3) },
    stop: () => Promise.resolve(net.open()),
  });
}

netContract('real sockets', realWorld);
netContract('scripted', scriptedWorld);
