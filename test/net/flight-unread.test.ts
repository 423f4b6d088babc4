import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FlightFacts } from '../../src/federation/handshake.ts';
import { createNet } from '../../src/net/node-net.ts';
import { serverFlight } from '../../src/net/server-flight.ts';
import { maxRecorded } from '../../src/net/tap.ts';
import { oid, sequence, set, utf8 } from '../corpus/x509/der.ts';
import { leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { startOpensslServer } from '../peers/openssl-server.ts';
import { tellOnFailure } from '../peers/program.ts';
import { certificates, message, record, requestHead, vector } from './flight-octets.ts';
import { testCertificates, trustFile } from './test-certificates.ts';

// Of a flight that cannot be read to its end, what can be read is kept, with a word for the rest.

const { root, middle, server } = await testCertificates();
const trust = trustFile();
after(() => trust.remove());
const [first, second] = [server, middle].map(({ certPem }) => new X509Certificate(certPem).raw);
assert.ok(first !== undefined && second !== undefined);
const authorityNamed = (name: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(name))));
const [one, two] = [authorityNamed('One'), authorityNamed('Two')].map((name) => vector(2, [name]));
assert.ok(one !== undefined && two !== undefined);
const helloDone = message(14);

/** How many certificates, how many authorities, and what was not read. */
const readOf = (flight: FlightFacts | null) =>
  flight === null ? null : [flight.presentedTotal, flight.authoritiesTotal, flight.unread];
const clear = (...messages: readonly Uint8Array[]) => readOf(serverFlight(record(...messages), null));

describe('in TLS 1.2', () => {
  const chain = certificates(first, second);
  const request = message(13, ...requestHead, vector(2, [one, two]));

  test('a whole flight leaves nothing to say', () => {
    assert.deepEqual(clear(chain, request, helloDone), [2, 2, undefined]);
    assert.deepEqual(clear(chain, helloDone), [2, 0, undefined]);
  });

  test('false lengths in the request: the certificates are kept, and the authorities before the false one', () => {
    const listTooLong = message(13, ...requestHead, vector(2, [one, two], 2_000));
    const nameTooLong = message(13, ...requestHead, vector(2, [one, vector(2, [], 500)]));
    const listTooShort = message(13, ...requestHead, vector(2, [one, two], one.length));
    const unread = { authorities: 'malformed' };
    assert.deepEqual(clear(chain, listTooLong, helloDone), [2, 2, unread]);
    assert.deepEqual(clear(chain, nameTooLong, helloDone), [2, 1, unread]);
    assert.deepEqual(clear(chain, listTooShort, helloDone), [2, 1, unread]);
    assert.deepEqual(clear(chain, message(13, vector(1, [], 9)), helloDone), [2, 0, unread]);
  });

  test('false lengths in the chain: the certificates before the false one are kept, and the authorities', () => {
    const tooLong = message(11, vector(3, [vector(3, [first]), vector(3, [second], 9_000)]));
    const unread = { presented: 'malformed' };
    assert.deepEqual(clear(tooLong, request, helloDone), [1, 2, unread]);
    assert.deepEqual(clear(message(11, vector(3, [], 9)), request, helloDone), [0, 2, unread]);
  });

  test('octets that end inside: what came is kept, and nobody knows whether a certificate of ours was wanted', () => {
    const whole = record(chain, request, helloDone);
    const upTo = (octets: number) => readOf(serverFlight(whole.subarray(0, octets), null));
    const [insideSecond, insideOne] = [5 + chain.length - 1, 5 + chain.length + request.length - two.length - 1];
    assert.deepEqual(upTo(insideSecond), [1, 0, { presented: 'cut', authorities: 'cut' }]);
    assert.deepEqual(upTo(5 + chain.length), [2, 0, { authorities: 'cut' }]);
    assert.deepEqual(upTo(insideOne), [2, 0, { authorities: 'cut' }]);
    assert.deepEqual(upTo(insideOne + 1), [2, 1, { authorities: 'cut' }]);
  });
});

describe('from openssl, a chain of more octets than are recorded', () => {
  /** A certificate of more than half of what is recorded. */
  const large = (name: string) =>
    leaf({
      names: [name, ...Array.from({ length: 1_500 }, (_, at) => `host-${String(at)}.long.a.example`)],
      issuer: root,
    });

  for (const version of ['-tls1_2', '-tls1_3']) {
    test(`${version}: the first certificate is read, and it is said that the second is not`, async (t) => {
      const found = await needs(t, 'openssl');
      assert.ok(found, 'openssl is needed');
      const [serving, other] = await Promise.all([large('sip.a.example'), large('other.a.example')]);
      const octets = [serving, other].map(({ certPem }) => new X509Certificate(certPem).raw.length);
      assert.ok(
        octets.every((each) => each > maxRecorded / 2 && each < maxRecorded),
        octets.join(),
      );
      const authorities = join(trust.path, '..', 'authorities.pem');
      writeFileSync(authorities, root.certPem);
      const program = await startOpensslServer(found[0], {
        certificate: { ...serving, chainPem: serving.certPem + other.certPem },
        flags: [version, '-verify', '1', '-CAfile', authorities],
      });
      tellOnFailure(t, program);
      t.after(() => program.stop());
      const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: trust.path, certificate: null });
      const link = await net.connect({ address: '127.0.0.1', port: program.serves }, AbortSignal.timeout(5_000));
      await link.secure({ serverName: 'sip.a.example', record: true }, AbortSignal.timeout(5_000));
      const flight = link.seen()?.flight ?? null;
      link.close();
      // TLS 1.3 asks before it shows its certificates, TLS 1.2 after.
      const expected =
        version === '-tls1_3' ? [1, 1, { presented: 'cut' }] : [1, 0, { presented: 'cut', authorities: 'cut' }];
      assert.deepEqual(readOf(flight), expected);
    });
  }
});
