import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { TlsOptions, TLSSocket } from 'node:tls';
import { after, afterEach, describe, it } from 'node:test';
import { decode, encode } from 'dns-packet';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { systemClock } from '../../src/net/clock.ts';
import { within } from '../../src/net/deadline.ts';
import type { DnsAnswer } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { leaf } from '../lab/certificates.ts';
import { closedPort, openSockets, peer, started, tlsPeer, type Peer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

const { middle, client, expired, selfSigned } = await testCertificates();
const named = await leaf({ names: ['dns.example'], issuer: middle });
const addressed = await leaf({ names: [], addresses: ['127.0.0.1'], issuer: middle });
const trust = trustFile();
after(() => trust.remove());
// With a certificate of our own, which is for partners and not for resolvers.
const certificate = { cert: Buffer.from(client.chainPem), key: Buffer.from(client.keyPem) };
const net = createNet({ egressAllow: [], trust: trust.path, certificate });

const question = { name: 'sip.a.example', type: 'A' } as const;
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((each) => each()));
  assert.equal(await openSockets(), 0, 'no socket is left open');
});

async function kept<P extends Peer>(opening: Promise<P>): Promise<P> {
  const opened = await opening;
  cleanUp.push(() => opened.stop());
  return opened;
}

interface Resolver extends Peer {
  /** The framed queries that arrived. */
  readonly queries: Buffer[];
  readonly sessions: TLSSocket[];
}

/** A server that answers each query over TLS, in two pieces. */
async function resolver(
  who: { readonly chainPem: string; readonly keyPem: string },
  more: TlsOptions = {},
): Promise<Resolver> {
  const queries: Buffer[] = [];
  const sessions: TLSSocket[] = [];
  const serving = tlsPeer({ cert: who.chainPem, key: who.keyPem, ...more }, (socket) => {
    sessions.push(socket);
    socket.on('data', (bytes: Buffer) => {
      queries.push(bytes);
      const { id, questions } = decode(bytes.subarray(2));
      const answers = [{ type: 'A', name: question.name, ttl: 60, data: '192.0.2.1' } as const];
      const message = encode({ type: 'response', id, questions, answers });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(length);
      socket.write(message);
    });
  });
  return { ...(await kept(serving)), queries, sessions };
}

const asking = (
  { address, port }: Pick<Peer, 'address' | 'port'>,
  name: string | null,
  ms = 5_000,
): Promise<DnsAnswer> =>
  within(systemClock, ms, undefined, (signal) => net.ask({ address, port, tls: { name } }, question, signal));

async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NetworkFailure, String(error));
  return `${error.failure.code}: ${error.failure.detail}`;
}

describe('DNS over TLS', () => {
  it('asks the server that proves its name, in a query of 128 octets', async () => {
    const server = await resolver(named, { requestCert: true, rejectUnauthorized: false });
    const answer = await asking(server, 'dns.example');
    assert.deepEqual(
      [answer.records, answer.overTcp],
      [[{ type: 'A', name: question.name, ttl: 60, address: '192.0.2.1' }], true],
    );
    assert.deepEqual(answer.server, { address: server.address, port: server.port, tls: { name: 'dns.example' } });
    assert.deepEqual(
      server.queries.map((each) => each.length),
      [2 + 128],
    );
    const [session] = server.sessions;
    assert.equal(session?.servername, 'dns.example');
    assert.deepEqual(session.getPeerCertificate(), {}, 'our certificate is not for resolvers');
  });

  it('without a name the address must be in the certificate', async () => {
    const server = await resolver(addressed);
    assert.equal((await asking(server, null)).records.length, 1);
    assert.equal(server.sessions[0]?.servername, false, 'an address is no server name');
    const other = await resolver(named);
    assert.equal(await failure(asking(other, null)), 'dns_not_authenticated: its certificate does not hold 127.0.0.1');
  });

  it('asks nothing of a server that is somebody else', async () => {
    const cases = [
      [named, 'other.example', 'its certificate does not hold other.example'],
      // The name stands in the subject only.
      [addressed, 'nameless', 'its certificate does not hold nameless'],
      [expired, 'sip.a.example', 'its certificate does not verify: CERT_HAS_EXPIRED'],
      [selfSigned, 'sip.a.example', 'its certificate does not verify: DEPTH_ZERO_SELF_SIGNED_CERT'],
    ] as const;
    for (const [who, name, complaint] of cases) {
      const server = await resolver(who);
      assert.equal(await failure(asking(server, name)), `dns_not_authenticated: ${complaint}`);
      assert.deepEqual(server.queries, [], complaint);
    }
  });

  it('names what keeps TLS from being spoken, and a port where nobody listens', async () => {
    const plain = await kept(peer((socket) => socket.write('220 mail.example ESMTP\r\n')));
    const closing = await kept(peer((socket) => socket.end()));
    const old = await resolver(named, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    assert.match(await failure(asking(plain, 'dns.example')), /^dns_tls_failed: wrong_version_number$/);
    assert.match(
      await failure(asking(closing, 'dns.example')),
      /^dns_tls_failed: the (server|peer) closed the connection/,
    );
    assert.match(await failure(asking(old, 'dns.example')), /^dns_tls_failed: /);
    assert.match(await failure(asking(await closedPort(), 'dns.example')), /^dns_unreachable: connect ECONNREFUSED$/);
  });

  it('a server that leaves without an answer, and one that sends another', async () => {
    const identity = { cert: named.chainPem, key: named.keyPem };
    const leaving = await kept(tlsPeer(identity, (socket) => socket.once('data', () => socket.end())));
    const left = 'dns_unreachable: the server closed TLS before a whole answer';
    assert.equal(await failure(asking(leaving, 'dns.example')), left);
    const twelveOctets = Buffer.concat([Buffer.from([0, 12]), Buffer.alloc(12)]);
    const babbling = await kept(tlsPeer(identity, (socket) => socket.once('data', () => socket.write(twelveOctets))));
    const strange = 'dns_malformed: the message does not answer the question';
    assert.equal(await failure(asking(babbling, 'dns.example')), strange);
  });

  it('ends with its deadline while TCP, TLS or the answer does not come', async () => {
    const silent = await kept(peer());
    await assert.rejects(asking(silent, 'dns.example', 100), { name: 'DeadlineExceeded' });
    const mute = await kept(tlsPeer({ cert: named.chainPem, key: named.keyPem }));
    await assert.rejects(asking(mute, 'dns.example', 300), { name: 'DeadlineExceeded' });
    const full = await kept(started(createServer().listen(0, '127.0.0.1')));
    await assert.rejects(asking(full, 'dns.example', 100), { name: 'DeadlineExceeded' });
  });
});
