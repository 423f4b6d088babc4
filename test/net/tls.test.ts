import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as tcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer } from 'node:tls';
import { NetworkFailure, type Failure } from '../../src/federation/failure.ts';
import type { Link, Net } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { refusingServer } from '../lab/refusal.ts';
import { openSockets, peer, recording, socketsNow, started, tlsPeer, type Peer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

const { root, middle, server, expired, selfSigned, client } = await testCertificates();
const identity = { cert: server.chainPem, key: server.keyPem };
const trust = trustFile();
const egressAllow = ['127.0.0.0/8'];
const certificate = { cert: Buffer.from(client.chainPem), key: Buffer.from(client.keyPem) };
const plain = [null, certificate].map((each) => createNet({ egressAllow, trust: trust.path, certificate: each }));
let [net, netWithCertificate] = plain as [Net, Net];
const quick = (): AbortSignal => AbortSignal.timeout(5_000);
const serverName = 'sip.a.example';

const peers: Peer[] = [];
const links: Link[] = [];

after(() => trust.remove());
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await Promise.all(peers.splice(0).map((each) => each.stop()));
  assert.equal(await openSockets(), 0, 'no socket is left open');
});

async function linkTo(made: Promise<Peer>, by: Net = net): Promise<Link> {
  const to = await made;
  peers.push(to);
  const link = await by.connect(to, quick());
  links.push(link);
  return link;
}

/** The failure of a rejection; null when the work succeeded. */
async function failureIn(work: Promise<unknown>): Promise<Failure | null> {
  try {
    await work;
    return null;
  } catch (error) {
    assert.ok(error instanceof NetworkFailure, String(error));
    return error.failure;
  }
}

const secureFailure = async (made: Promise<Peer>, by: Net = net): Promise<Failure | null> =>
  failureIn((await linkTo(made, by)).secure({ serverName }, quick()));

const namesOf = (link: Link): readonly (string | null)[] | undefined =>
  link.seen()?.chain.map((each) => each.commonName);

/**
 * Passes the TLS 1.3 server's flight on and then treats the client's second flight as the test says: what a peer does
 * that drops the connection after the handshake without a word.
 */
async function afterHandshake(drop: (client: Socket) => void): Promise<Peer> {
  const inner = await tlsPeer(identity);
  peers.push(inner);
  return peer((socket) => {
    const through = tcp(inner.port, inner.address).on('error', () => undefined);
    through.on('data', (bytes) => void socket.write(bytes));
    socket.once('data', (hello) => {
      through.write(hello);
      socket.once('data', () => {
        through.destroy();
        drop(socket);
      });
    });
    socket.on('close', () => through.destroy());
  });
}

// Recording what a server sends must not change how a connection is seen or how it fails.
for (const recorded of [false, true]) {
  describe(recorded ? 'recorded' : 'not recorded', () => {
    before(() => {
      [net, netWithCertificate] = (recorded ? plain.map(recording) : plain) as [Net, Net];
    });
    describe('what TLS shows', () => {
      it('sockets that stay open would be noticed', async () => {
        const open = await peer();
        assert.equal(socketsNow(), 1);
        await open.stop();
      });

      it('keeps the chain and names the fault of a certificate that does not verify', async () => {
        const stranger = await authority('Other Root');
        const strange = await leaf({ names: [serverName], issuer: await authority('Other Intermediate', stranger) });
        const rows = [
          [expired.chainPem, expired.keyPem],
          [selfSigned.chainPem, selfSigned.keyPem],
          [strange.chainPem, strange.keyPem],
          [server.certPem, server.keyPem],
        ] as const;
        const seen = [];
        for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
          for (const [cert, key] of rows) {
            const link = await linkTo(tlsPeer({ cert, key, maxVersion }));
            await link.secure({ serverName }, quick());
            seen.push([link.seen()?.protocol, link.seen()?.verification, namesOf(link)]);
          }
        }
        const expected = (version: string) => [
          [version, 'CERT_HAS_EXPIRED', [serverName, 'Test Intermediate']],
          [version, 'DEPTH_ZERO_SELF_SIGNED_CERT', [serverName]],
          [version, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', [serverName, 'Other Intermediate']],
          [version, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', [serverName]],
        ];
        assert.deepEqual(seen, [...expected('TLSv1.2'), ...expected('TLSv1.3')]);
      });

      it('leaves our own root out of the chain, and does not judge names', async () => {
        const link = await linkTo(tlsPeer({ ...identity, cert: server.chainPem + root.certPem }));
        await link.secure({ serverName: 'quite.other.example' }, quick());
        assert.deepEqual(namesOf(link), [serverName, 'Test Intermediate']);
        assert.equal(link.seen()?.verification, 'ok');
      });

      it('tells the group of the key exchange', async () => {
        const groups = [];
        for (const ecdhCurve of ['X25519', 'P-384']) {
          const link = await linkTo(tlsPeer({ ...identity, ecdhCurve }));
          await link.secure({ serverName }, quick());
          groups.push(link.seen()?.keyExchange);
        }
        assert.deepEqual(groups, ['X25519', 'secp384r1']);
      });

      it('tells whether an OCSP response came along', async () => {
        for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
          const made = createServer({ ...identity, maxVersion });
          made.on('OCSPRequest', (_certificate, _issuer, answer: (error: null, response: Buffer) => void) =>
            answer(null, Buffer.from('300a0a01', 'hex')),
          );
          const link = await linkTo(started(made));
          await link.secure({ serverName }, quick());
          assert.equal(link.seen()?.stapled, true);
          const plain = await linkTo(tlsPeer({ ...identity, maxVersion }));
          await plain.secure({ serverName }, quick());
          assert.equal(plain.seen()?.stapled, false);
        }
      });

      it('sends the server name, and none for an address', async () => {
        const asked: (string | false | null)[] = [];
        const made = tlsPeer(identity, (socket) => asked.push(socket.servername));
        const first = await linkTo(made);
        await first.secure({ serverName }, quick());
        await first.admitted(quick());
        const second = await net.connect(await made, quick());
        links.push(second);
        await second.secure({ serverName: '127.0.0.1' }, quick());
        await second.admitted(quick());
        assert.deepEqual(asked, [serverName, false]);
      });

      it('a trust store that cannot be used is said at once', () => {
        const empty = trustFile('nothing here');
        assert.throws(
          () => createNet({ egressAllow: [], trust: empty.path, certificate: null }),
          /holds no certificate in PEM form/,
        );
        empty.remove();
        assert.throws(() => createNet({ egressAllow: [], trust: '/nonexistent/ca.pem', certificate: null }), /ENOENT/);
        assert.doesNotThrow(() => createNet({ egressAllow: [], trust: 'mozilla', certificate: null }));
      });
    });

    describe('how TLS fails', () => {
      it('silence ends with the deadline', async () => {
        const link = await linkTo(peer());
        await assert.rejects(link.secure({ serverName }, AbortSignal.timeout(50)), { name: 'TimeoutError' });
      });

      it('a peer that speaks something else is not TLS', async () => {
        const http = peer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
        const mail = peer((socket) => socket.write('220 mail.example ESMTP\r\n'));
        const sip = peer((socket) => socket.once('data', () => socket.end('SIP/2.0 400 Bad Request\r\n\r\n')));
        for (const made of [http, mail, sip]) assert.equal((await secureFailure(made))?.code, 'tls_not_tls');
      });

      it('tells a reset from an orderly end inside the handshake', async () => {
        const reset = peer((socket) => socket.once('data', () => socket.resetAndDestroy()));
        const closed = peer((socket) => socket.once('data', () => socket.end()));
        const atOnce = peer((socket) => socket.end());
        assert.deepEqual(await secureFailure(reset), { code: 'tls_reset', detail: 'read ECONNRESET' });
        assert.deepEqual(await secureFailure(closed), { code: 'tls_closed', detail: 'the peer closed the connection' });
        assert.equal((await secureFailure(atOnce))?.code, 'tls_closed');
      });

      it('a server of an older version is tls_version', async () => {
        const old = tlsPeer({ ...identity, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
        assert.deepEqual(await secureFailure(old), { code: 'tls_version', detail: 'alert 70 protocol_version' });
      });

      it('a server without a suite in common is tls_no_shared_parameters', async () => {
        const strict = tlsPeer({
          ...identity,
          maxVersion: 'TLSv1.2',
          ciphers: 'ECDHE-ECDSA-NULL-SHA@SECLEVEL=0',
        });
        assert.equal((await secureFailure(strict))?.code, 'tls_no_shared_parameters');
      });

      it('a certificate beyond the size of a handshake message has its own word', async () => {
        const names = Array.from({ length: 3_000 }, (_, at) => `host${String(at)}.a.rather.long.name.example`);
        const huge = await leaf({ names });
        assert.deepEqual(await secureFailure(tlsPeer({ cert: huge.certPem, key: huge.keyPem })), {
          code: 'tls_message_too_large',
          detail: 'excessive_message_size',
        });
      });
    });

    describe('admission', () => {
      it('a TLS 1.2 handshake is proof enough', async () => {
        const link = await linkTo(tlsPeer({ ...identity, maxVersion: 'TLSv1.2' }));
        await link.secure({ serverName }, quick());
        assert.equal(await link.admitted(quick()), 'tls12_handshake');
      });

      it('a server that takes our certificate says so with a session ticket', async () => {
        const mutual = { ...identity, requestCert: true, rejectUnauthorized: true, ca: [root.certPem, middle.certPem] };
        const link = await linkTo(tlsPeer({ ...mutual, minVersion: 'TLSv1.3' }), netWithCertificate);
        await link.secure({ serverName }, quick());
        assert.equal(await link.admitted(quick()), 'session_ticket');
        assert.equal(link.seen()?.offeredCertificate, true);
      });

      it('over plain TCP only data is proof', async () => {
        const link = await linkTo(peer((socket) => socket.on('data', (bytes) => socket.write(bytes))));
        await link.send(Buffer.from('echo'), quick());
        assert.equal(await link.admitted(quick()), 'application_data');
        assert.equal(Buffer.from((await link.receive(quick())) ?? '').toString(), 'echo');
        assert.equal(link.seen(), null);
      });

      it('TLS 1.2: a refusal of our certificate fails the handshake, the chain and its verdict are kept', async () => {
        const refusing = refusingServer({ ...identity, maxVersion: 'TLSv1.2' }, 48).then(started);
        const link = await linkTo(refusing, netWithCertificate);
        const failure = { code: 'peer_refused_certificate', detail: 'alert 48 unknown_ca' };
        assert.deepEqual(await failureIn(link.secure({ serverName }, quick())), failure);
        const { chain, roots, flight, ours, ...seen } = link.seen()!;
        assert.deepEqual([ours?.subject, ours?.issuer], ['CN=mon.example', 'CN=Test Intermediate, O=fedmon lab']);
        assert.match(ours?.serial ?? '', /^[0-9A-F]+$/);
        assert.deepEqual(seen, {
          protocol: 'TLSv1.2',
          cipher: null,
          keyExchange: 'X25519',
          stapled: false,
          verification: 'ok',
          rooted: true,
          brokenRules: [],
          offeredCertificate: true,
          certificateRequested: true,
          alpn: null,
          staple: null,
          session: { resumed: false, hasId: false, ticketSeconds: null },
        });
        assert.equal(roots?.file?.subject, 'CN=Test Root, O=fedmon lab');
        assert.deepEqual(
          flight?.presented.map(({ place }) => place),
          recorded ? ['leaf', 'path'] : undefined,
        );
        assert.deepEqual(
          chain.map((each) => each.commonName),
          [serverName, 'Test Intermediate'],
        );
        assert.deepEqual(await failureIn(link.admitted(quick())), failure);
      });

      it('TLS 1.3: the refusal comes after the handshake, and the alert wins the race against our request', async () => {
        const refusing = await refusingServer({ ...identity, minVersion: 'TLSv1.3' }, 45).then(started);
        for (let left = 15; left > 0; left -= 1) {
          const link = await linkTo(Promise.resolve(refusing), netWithCertificate);
          await link.secure({ serverName }, quick());
          const admitted = failureIn(link.admitted(quick()));
          await failureIn(link.send(Buffer.from('OPTIONS sip:a.example SIP/2.0\r\n\r\n'), quick()));
          const expected = { code: 'peer_refused_certificate', detail: 'alert 45 certificate_expired' };
          assert.deepEqual(await admitted, expected);
          assert.deepEqual(await failureIn(link.receive(quick())), expected);
        }
        peers.splice(0, peers.length, refusing);
      });

      it('a connection that ends right after the handshake, without an alert, is not called a refusal', async () => {
        const ended = await linkTo(afterHandshake((socket) => socket.end()));
        await ended.secure({ serverName }, quick());
        assert.equal((await failureIn(ended.admitted(quick())))?.code, 'connection_closed');
        const reset = await linkTo(afterHandshake((socket) => socket.resetAndDestroy()));
        await reset.secure({ serverName }, quick());
        assert.equal((await failureIn(reset.admitted(quick())))?.code, 'connection_reset');
      });

      it('a real OpenSSL server refuses a certificate of an authority it does not know', async (t) => {
        const tools = await needs(t, 'openssl');
        if (tools === null) return;
        const folder = mkdtempSync(join(tmpdir(), 'fedmon-s-server-'));
        const other = await authority('Somebody Else');
        for (const [name, text] of [
          ['chain', server.chainPem],
          ['key', server.keyPem],
          ['ca', other.certPem],
        ] as const) {
          writeFileSync(join(folder, name), text);
        }
        for (const version of ['-tls1_2', '-tls1_3']) {
          const port = await freePort();
          const args = [
            's_server',
            '-quiet',
            '-accept',
            `127.0.0.1:${String(port)}`,
            version,
            '-Verify',
            '3',
            '-verify_return_error',
          ];
          const child = spawn(
            tools[0].path,
            [
              ...args,
              '-cert',
              join(folder, 'chain'),
              '-cert_chain',
              join(folder, 'chain'),
              '-key',
              join(folder, 'key'),
              '-CAfile',
              join(folder, 'ca'),
            ],
            { env: { ...process.env, ...tools[0].env }, stdio: 'ignore' },
          );
          const gone = new Promise((resolve) => child.once('exit', resolve));
          const link = await knock({ address: '127.0.0.1', port });
          const inHandshake = await failureIn(link.secure({ serverName }, quick()));
          assert.equal(inHandshake?.code ?? 'none', version === '-tls1_2' ? 'peer_refused_certificate' : 'none');
          assert.deepEqual(await failureIn(link.admitted(quick())), {
            code: 'peer_refused_certificate',
            detail: 'alert 48 unknown_ca',
          });
          link.close();
          child.kill();
          await gone;
        }
        rmSync(folder, { recursive: true });
      });
    });

    /** Connects as soon as the program listens, within five seconds. */
    async function knock(to: { readonly address: string; readonly port: number }): Promise<Link> {
      for (let tries = 100; ; tries -= 1) {
        try {
          return await netWithCertificate.connect(to, quick());
        } catch (error) {
          if (tries === 0) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    }

    describe('data', () => {
      it('what nobody reads is bounded: the peer has to wait, and nothing is lost', async () => {
        const [total, taken] = [64 * 1024 * 1024, { octets: 0 }];
        const flood = tlsPeer(identity, (socket) => {
          const piece = Buffer.alloc(65_536, 'x');
          const more = (): void => {
            while (taken.octets < total) {
              taken.octets += piece.length;
              if (!socket.write(piece)) return void socket.once('drain', more);
            }
            socket.end();
          };
          more();
        });
        const link = await linkTo(flood);
        await link.secure({ serverName }, quick());
        const still = async (): Promise<number> => {
          for (let before = -1; before !== taken.octets;) {
            before = taken.octets;
            await pause(250);
          }
          return taken.octets;
        };
        // What the kernel of this machine holds for both ends comes to some megabytes.
        assert.ok((await still()) < total / 2, String(taken.octets));
        let octets = 0;
        for (let bytes = await link.receive(quick()); bytes !== null; bytes = await link.receive(quick())) {
          octets += bytes.length;
        }
        assert.equal(octets, total);
        link.close();
      });

      it('many readers and writers after the end are all answered', async () => {
        const link = await linkTo(tlsPeer(identity, (socket) => socket.on('data', () => socket.end('bye'))));
        await link.secure({ serverName }, quick());
        await link.send(Buffer.from('x'), quick());
        const read = await Promise.all([1, 2, 3].map(() => link.receive(quick())));
        assert.deepEqual(
          read.map((each) => (each === null ? null : Buffer.from(each).toString())),
          ['bye', null, null],
        );
        assert.equal((await failureIn(link.send(Buffer.from('x'), quick())))?.code, 'connection_closed');
      });
    });
  });
}
