import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { TlsSeen } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { maxAuthorities, maxPresented, serverFlight } from '../../src/net/server-flight.ts';
import { maxRecorded } from '../../src/net/tap.ts';
import { authority, type Authority } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { startOpensslServer, type OpensslServerOptions } from '../peers/openssl-server.ts';
import { tellOnFailure } from '../peers/program.ts';
import { certificates, record } from './flight-octets.ts';
import { peer } from './loopback.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

// Whether OpenSSL's server asks for our certificate, from whom, and what it sends in which order.

const { root, middle, server } = await testCertificates();
const trust = trustFile();
after(() => trust.remove());

const quick = (): AbortSignal => AbortSignal.timeout(5_000);
const versions = ['-tls1_2', '-tls1_3'];
let manyAuthorities: readonly Authority[];

before(async () => {
  const names = Array.from({ length: maxAuthorities + 1 }, (_, at) => `Client Authority ${String(at)}`);
  manyAuthorities = await Promise.all(names.map((name) => authority(name)));
});

/** What one handshake with `openssl s_server` shows; the recording is on unless told. */
async function seenOf(t: TestContext, options: Partial<OpensslServerOptions>, recorded = true): Promise<TlsSeen> {
  const found = await needs(t, 'openssl');
  assert.ok(found, 'openssl is needed');
  const program = await startOpensslServer(found[0], { certificate: server, ...options });
  tellOnFailure(t, program);
  t.after(() => program.stop());
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
  const link = await net.connect({ address: '127.0.0.1', port: program.serves }, quick());
  await link.secure({ serverName: 'sip.a.example', record: recorded }, quick());
  const seen = link.seen();
  link.close();
  assert.ok(seen);
  return seen;
}

function authorityFile(authorities: readonly Authority[]): string {
  const file = join(trust.path, '..', `authorities-${String(authorities.length)}.pem`);
  writeFileSync(file, authorities.map(({ certPem }) => certPem).join(''));
  return file;
}

describe('whether a client certificate is asked for, and from whom', () => {
  for (const version of versions) {
    test(`${version}: not asked for`, async (t) => {
      const { certificateRequested, flight } = await seenOf(t, { flags: [version] });
      assert.deepEqual([certificateRequested, flight?.authorities, flight?.authoritiesTotal], [false, [], 0]);
    });

    test(`${version}: asked for, of no authority in particular`, async (t) => {
      const { certificateRequested, flight } = await seenOf(t, { flags: [version, '-verify', '1'] });
      assert.deepEqual([certificateRequested, flight?.authorities, flight?.authoritiesTotal], [true, [], 0]);
    });

    test(`${version}: asked for, of two authorities`, async (t) => {
      const flags = [version, '-verify', '1', '-CAfile', authorityFile([root, middle])];
      const { certificateRequested, flight } = await seenOf(t, { flags });
      assert.equal(certificateRequested, true);
      const names = [...(flight?.authorities ?? [])].sort();
      assert.deepEqual(names, ['CN=Test Intermediate, O=fedmon lab', 'CN=Test Root, O=fedmon lab']);
    });

    test(`${version}: ${String(maxAuthorities)} authorities are named, one more is counted`, async (t) => {
      for (const count of [maxAuthorities, maxAuthorities + 1]) {
        const flags = [version, '-verify', '1', '-CAfile', authorityFile(manyAuthorities.slice(0, count))];
        const { flight } = await seenOf(t, { flags });
        assert.deepEqual([flight?.authorities.length, flight?.authoritiesTotal], [maxAuthorities, count]);
      }
    });

    test(`${version}: without recording only that it was asked`, async (t) => {
      const flags = [version, '-verify', '1', '-CAfile', authorityFile([root])];
      const { certificateRequested, flight } = await seenOf(t, { flags }, false);
      assert.deepEqual([certificateRequested, flight], [true, null]);
    });
  }

  for (const suite of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']) {
    test(`TLS 1.3 with ${suite}`, async (t) => {
      const flags = ['-tls1_3', '-ciphersuites', suite, '-verify', '1', '-CAfile', authorityFile([root])];
      const { cipher, flight } = await seenOf(t, { flags });
      assert.deepEqual([cipher, flight?.authorities], [suite, ['CN=Test Root, O=fedmon lab']]);
    });
  }

  test('TLS 1.3 with a second hello, because the first key share was of another group', async (t) => {
    const flags = ['-tls1_3', '-groups', 'P-384', '-verify', '1', '-CAfile', authorityFile([root])];
    const { keyExchange, flight } = await seenOf(t, { flags });
    assert.deepEqual([keyExchange, flight?.authorities], ['secp384r1', ['CN=Test Root, O=fedmon lab']]);
  });
});

describe('the chain as it was sent', () => {
  for (const version of versions) {
    test(`${version}: a root and a stray among it, in their order`, async (t) => {
      const stray = await authority('Stray');
      const chainPem = server.certPem + stray.certPem + root.certPem + middle.certPem;
      const { flight, chain } = await seenOf(t, { certificate: { ...server, chainPem }, flags: [version] });
      assert.deepEqual(
        flight?.presented.map(({ subject, place }) => [subject, place]),
        [
          ['CN=sip.a.example', 'leaf'],
          ['CN=Stray, O=fedmon lab', 'root'],
          ['CN=Test Root, O=fedmon lab', 'root'],
          ['CN=Test Intermediate, O=fedmon lab', 'path'],
        ],
      );
      assert.equal(flight.presentedTotal, 4);
      assert.equal(flight.presented[0]?.fingerprint256, chain[0]?.fingerprint256);
    });
  }

  test(`${String(maxPresented)} certificates are named, one more is counted`, async (t) => {
    for (const count of [maxPresented, maxPresented + 1]) {
      const others = manyAuthorities.slice(0, count - 2).map(({ certPem }) => certPem);
      const { flight } = await seenOf(t, { certificate: { ...server, chainPem: server.chainPem + others.join('') } });
      assert.deepEqual([flight?.presented.length, flight?.presentedTotal], [maxPresented, count]);
    }
  });

  test('an intermediate of somebody else is a stray', async (t) => {
    const other = await authority('Other Intermediate', await authority('Other Root'));
    const chainPem = server.chainPem + other.certPem;
    const { flight } = await seenOf(t, { certificate: { ...server, chainPem } });
    assert.deepEqual(
      flight?.presented.map(({ place }) => place),
      ['leaf', 'path', 'stray'],
    );
  });
});

describe('the session', () => {
  test('TLS 1.2: a ticket and its life; an identifier without one', async (t) => {
    const ticket = await seenOf(t, { flags: ['-tls1_2'] });
    assert.deepEqual(ticket.session, { resumed: false, hasId: false, ticketSeconds: 7_200 });
    const identifier = await seenOf(t, { flags: ['-tls1_2', '-no_ticket'] });
    assert.deepEqual(identifier.session, { resumed: false, hasId: true, ticketSeconds: null });
    const nothing = await seenOf(t, { flags: ['-tls1_2', '-no_ticket', '-no_cache'] });
    assert.deepEqual(nothing.session, { resumed: false, hasId: false, ticketSeconds: null });
  });
});

describe('octets that are no flight', () => {
  test('give nothing, whatever they say about their lengths', () => {
    const rows = [
      Buffer.alloc(0),
      Buffer.from('220 mail.example ESMTP\r\n'),
      Buffer.from([22, 3, 3, 255, 255, 1]),
      record(Buffer.from([11, 0, 0, 3, 0, 0, 9])),
      record(Buffer.from([11, 0, 0, 6, 0, 0, 9, 0, 0, 9])),
      record(Buffer.from([11, 255, 255, 255, 0, 0, 9])),
      Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([23, 3, 3, 0, 1, 0]))),
    ];
    for (const octets of rows) {
      for (const secret of [Buffer.alloc(32), null]) {
        assert.equal(serverFlight(octets, secret), null, octets.toString('hex').slice(0, 40));
      }
    }
  });

  test('but certificates that cannot be read are named so, beside those that can', () => {
    const [leaf, issuer] = [server, middle].map(({ certPem }) => new X509Certificate(certPem).raw);
    assert.ok(leaf !== undefined && issuer !== undefined);
    const places = (...chain: readonly Buffer[]) => {
      const flight = serverFlight(record(certificates(...chain)), null);
      return flight?.presented.map(({ subject, place }) => `${place} ${subject}`);
    };
    const [first, second] = ['leaf CN=sip.a.example', 'path CN=Test Intermediate, O=fedmon lab'];
    const broken = Buffer.from([48]);
    assert.deepEqual(places(leaf, broken, issuer), [first, 'unreadable unreadable', second]);
    assert.deepEqual(places(leaf, issuer.subarray(0, -1)), [first, 'unreadable unreadable']);
    assert.deepEqual(places(broken), ['leaf unreadable']);
  });

  test('a peer that talks without end is recorded up to the limit only', async () => {
    const flood = await peer((socket) => socket.write(Buffer.alloc(4 * maxRecorded, 22)));
    const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
    const link = await net.connect(flood, quick());
    await assert.rejects(link.secure({ serverName: 'sip.a.example', record: true }, quick()), /tls_not_tls/);
    link.close();
    await flood.stop();
  });
});
