// Before @peculiar/x509, which needs it at import.
import '../lab/reflect.ts';
import { AuthorityInfoAccessExtension, CRLDistributionPointsExtension, X509CertificateGenerator } from '@peculiar/x509';
import assert from 'node:assert/strict';
import { sign, webcrypto, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { certificateDetails } from '../../src/net/certificate-details.ts';
import { readCertificate } from '../../src/net/certificate.ts';
import { createNet } from '../../src/net/node-net.ts';
import { readStaple } from '../../src/net/ocsp.ts';
import { wellFormed } from '../../src/net/x509/general-names.ts';
import {
  bits,
  element,
  explicit,
  generalizedTime,
  implicit,
  integer,
  octets,
  oid,
  sequence,
} from '../corpus/x509/der.ts';
import { authority, leaf, type Authority } from '../lab/certificates.ts';
import { tlsPeer } from './loopback.ts';

// Caps on real certificates, each at its limit and one past it. The table of all caps is in SECURITY.md.

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function made(subject: string, urls: readonly string[] = []): Promise<Buffer> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const [first = 'http://x.example'] = urls;
  const { rawData } = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: subject,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new AuthorityInfoAccessExtension({ ocsp: first }), new CRLDistributionPointsExtension([...urls])],
  });
  return Buffer.from(rawData);
}

test('3 addresses of a kind, 200 characters of each', async () => {
  const kept = async (...urls: readonly string[]) => certificateDetails(await made('CN=x', urls), '01')?.crlUrls ?? [];
  const count = async (wanted: number) => (await kept(...times(wanted, (at) => `http://${String(at)}.example`))).length;
  assert.deepEqual([await count(3), await count(4)], [3, 3]);
  const long = (length: number): string => `http://${'x'.repeat(length - 'http://'.length)}`;
  assert.deepEqual(await kept(long(200)), [long(200)]);
  assert.deepEqual(await kept(long(201)), [`${long(200)}…`]);
});

test('500 characters of a subject', async () => {
  const subject = async (length: number) => readCertificate(await made(`O=${'x'.repeat(length - 2)}`)).subject;
  assert.equal(await subject(500), `O=${'x'.repeat(498)}`);
  assert.equal(await subject(501), `O=${'x'.repeat(498)}…`);
});

test('255 octets of a DNS name; a longer one is none', () => {
  const dns = (length: number) => wellFormed({ kind: 'dns', content: Buffer.alloc(length, 'x') });
  assert.deepEqual([dns(255), dns(256)], [true, false]);
});

test('a chain of 10 certificates', async () => {
  const deepest: Authority[] = [await authority('Root')];
  for (const at of times(10, (each) => each)) deepest.push(await authority(`Level ${String(at)}`, deepest.at(-1)));
  const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'mozilla', certificate: null });
  const shown = async (certificates: number): Promise<number | undefined> => {
    const made = await leaf({ names: ['sip.a.example'], issuer: deepest[certificates - 1]! });
    const server = await tlsPeer({ cert: made.chainPem, key: made.keyPem });
    try {
      const link = await net.connect(server, AbortSignal.timeout(5_000));
      await link.secure({ serverName: 'sip.a.example' }, AbortSignal.timeout(5_000));
      link.close();
      return link.seen()?.chain.length;
    } finally {
      await server.stop();
    }
  };
  assert.deepEqual([await shown(9), await shown(10), await shown(11)], [9, 10, 10]);
});

test('of an OCSP response 3 certificates of responders are looked at', async () => {
  const issuer = await authority('Issuer');
  const [responder, other] = await Promise.all([
    leaf({ names: ['responder'], issuer, eku: ['1.3.6.1.5.5.7.3.9'] }),
    leaf({ names: ['other'], issuer }),
  ]);
  const der = (pem: string): Buffer => new X509Certificate(pem).raw;
  const id = sequence(
    sequence(oid('1.3.14.3.2.26')),
    octets(Buffer.alloc(20)),
    octets(Buffer.alloc(20)),
    integer('02'),
  );
  const single = sequence(id, implicit(0, ''), generalizedTime('20260101000000Z'));
  const data = sequence(explicit(2, octets(Buffer.alloc(20))), generalizedTime('20260101000000Z'), sequence(single));
  const signatureWith = (before: number) => {
    const certificates = [...times(before, () => der(other.certPem)), der(responder.certPem)];
    const signature = bits(sign('sha256', data, responder.keyPem));
    const parts = [data, sequence(oid('1.2.840.10045.4.3.2')), signature, explicit(0, sequence(...certificates))];
    const bytes = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(sequence(...parts)));
    const response = sequence(element(0x0a, Buffer.from([0])), explicit(0, bytes));
    return readStaple(response, '02', der(issuer.certPem)).signature;
  };
  assert.deepEqual([signatureWith(2), signatureWith(3)], ['good', 'wrong']);
});
