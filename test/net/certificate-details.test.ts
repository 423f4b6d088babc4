import '../lab/reflect.ts';
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import assert from 'node:assert/strict';
import { webcrypto, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CertificateDetails } from '../../src/federation/certificate.ts';
import { certificateDetails } from '../../src/net/certificate-details.ts';
import { readCertificate } from '../../src/net/certificate.ts';
import { derElement, DerInvalid } from '../../src/net/der.ts';
import { signatureAlgorithm } from '../../src/net/signature-algorithm.ts';
import { authority, leaf } from '../lab/certificates.ts';

interface Algorithm {
  readonly name: string;
  readonly hash?: string;
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
}

const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

async function made(extensions: readonly Extension[], algorithm: Algorithm = ec, subject = 'CN=x'): Promise<Buffer> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '0102030405',
    name: subject,
    keys,
    signingAlgorithm: algorithm,
    extensions: [...extensions],
  });
  return Buffer.from(certificate.rawData);
}

const detailsOf = (der: Uint8Array): CertificateDetails => {
  const details = certificateDetails(der, new X509Certificate(der).serialNumber);
  assert.ok(details);
  return details;
};

describe('certificateDetails', () => {
  it('reads every extension it is made for', async () => {
    const der = await made([
      new BasicConstraintsExtension(true, 3, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.decipherOnly, true),
      new AuthorityInfoAccessExtension({ ocsp: 'http://ocsp.example', caIssuers: 'http://aia.example/ca.cer' }),
      new CRLDistributionPointsExtension(['http://crl.example/1', 'ldap:///CN=2']),
    ]);
    assert.deepEqual(detailsOf(der), {
      version: 3,
      serialReversed: '0504030201',
      signature: { algorithm: 'ecdsa-with-SHA256', hash: 'sha256' },
      keyUsage: ['keyCertSign', 'cRLSign', 'decipherOnly'],
      basicConstraints: { ca: true, pathLength: 3 },
      issuerUrls: ['http://aia.example/ca.cer'],
      ocspUrls: ['http://ocsp.example'],
      crlUrls: ['http://crl.example/1', 'ldap:///CN=2'],
    });
  });

  it('tells what is absent', async () => {
    const { keyUsage, basicConstraints, issuerUrls } = detailsOf(await made([]));
    assert.deepEqual(
      { keyUsage, basicConstraints, issuerUrls },
      { keyUsage: null, basicConstraints: null, issuerUrls: [] },
    );
  });

  it('makes addresses printable, and keeps the start of the first three', async () => {
    const long = `http://crl.example/${'x'.repeat(500)}`;
    const hostile = 'http://crl.example/\u001b[31m\u0000\r\n<script>';
    const { crlUrls } = detailsOf(
      await made([new CRLDistributionPointsExtension([hostile, long, 'http://3', 'http://4', 'http://5'])]),
    );
    assert.deepEqual(crlUrls, ['http://crl.example/?[31m???<script>', `${long.slice(0, 200)}…`, 'http://3']);
  });

  it('names signature algorithms and their hashes', async () => {
    const algorithms: readonly Algorithm[] = [
      { ...ec, hash: 'SHA-1' },
      { ...ec, hash: 'SHA-512' },
      { name: 'RSASSA-PKCS1-v1_5', ...rsa, hash: 'SHA-1' },
      { name: 'RSASSA-PKCS1-v1_5', ...rsa, hash: 'SHA-384' },
      { name: 'Ed25519' },
    ];
    const ders = await Promise.all(algorithms.map((each) => made([], each)));
    assert.deepEqual(
      ders.map((der) => [detailsOf(der).signature.algorithm, detailsOf(der).signature.hash]),
      [
        ['ecdsa-with-SHA1', 'sha1'],
        ['ecdsa-with-SHA512', 'sha512'],
        ['sha1WithRSAEncryption', 'sha1'],
        ['sha384WithRSAEncryption', 'sha384'],
        ['Ed25519', null],
      ],
    );
  });

  it('finds the hash of RSASSA-PSS in its parameters, SHA-1 where none is named (RFC 4055 §3.1)', () => {
    const pss = '06092a864886f70d01010a';
    const read = (hex: string) => signatureAlgorithm(derElement(Buffer.from(hex, 'hex')));
    const sha256 = `a00f300d06096086480165030402010500`;
    assert.deepEqual(
      [read(`300b${pss}`), read(`300d${pss}3000`), read(`301e${pss}3011${sha256}`), read('300506032b0601')],
      [
        { algorithm: 'rsassaPss', hash: 'sha1' },
        { algorithm: 'rsassaPss', hash: 'sha1' },
        { algorithm: 'rsassaPss', hash: 'sha256' },
        { algorithm: '1.3.6.1', hash: null },
      ],
    );
  });

  it('tells the version, also of a certificate without the field', async () => {
    const der = await made([]);
    // Version 3 is written as [0] { INTEGER 2 }.
    const at = der.indexOf(Buffer.from('a003020102', 'hex'));
    assert.ok(at > 0);
    const second = Buffer.from(der);
    second[at + 4] = 1;
    assert.equal(certificateDetails(second, '01')?.version, 2);
    const sequence = (content: Buffer) => Buffer.concat([Buffer.from([0x30, content.length]), content]);
    const algorithm = sequence(Buffer.from('06032b6570', 'hex'));
    const first = sequence(Buffer.concat([sequence(Buffer.from('020101', 'hex')), algorithm]));
    assert.deepEqual(certificateDetails(first, '01'), {
      version: 1,
      serialReversed: '01',
      signature: { algorithm: 'Ed25519', hash: null },
      keyUsage: null,
      basicConstraints: null,
      issuerUrls: [],
      ocspUrls: [],
      crlUrls: [],
    });
  });

  it('whatever the octets are, it answers or says that it cannot', async () => {
    const der = await made([
      new BasicConstraintsExtension(true, 3, true),
      new AuthorityInfoAccessExtension({ ocsp: 'http://ocsp.example', caIssuers: 'http://aia.example/ca.cer' }),
      new CRLDistributionPointsExtension(['http://crl.example/1']),
    ]);
    assert.equal(certificateDetails(Buffer.alloc(0), '01'), null);
    for (let length = 0; length < der.length; length += 1) {
      assert.equal(certificateDetails(der.subarray(0, length), '01'), null);
    }
    const octet = fc.tuple(fc.nat(der.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(octet, { minLength: 1, maxLength: 4 }), (changes) => {
        const bent = Buffer.from(der);
        for (const [at, value] of changes) bent[at] = value;
        const details = certificateDetails(bent, '01');
        return details === null || JSON.stringify(details).length < 3_000;
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof certificateDetails(bytes, '01') === 'object'),
    );
  });
});

describe('derElement', () => {
  it('refuses what DER forbids and what certificates do not have', () => {
    for (const hex of ['', '30', '3080', '308400000001ff', '30820001', '3002ff', '1f8101ff', '3085']) {
      assert.throws(() => derElement(Buffer.from(hex, 'hex')), DerInvalid, hex);
    }
  });
});

describe('sizes', () => {
  it('knows the sizes of curves that are too small as well', async () => {
    const bits = async (namedCurve: string) => readCertificate(await made([], { ...ec, namedCurve })).keyBits;
    assert.deepEqual([await bits('P-256'), await bits('P-384'), await bits('P-521')], [256, 384, 521]);
  });

  it('a usual chain of three stays small', async () => {
    const root = await authority('A Public Root Authority With A Usual Name');
    const middle = await authority('A Public Issuing Authority With A Usual Name', root);
    const names = ['sip', 'webconf', 'access', 'av', 'meet', 'dialin'].map((each) => `${each}.partner-company.example`);
    const own = await leaf({ names, issuer: middle });
    const urls = (part: string) => [`http://${part}.authority.example/PublicIssuingAuthority2026-1.crt`];
    const chain = [own.certPem, middle.certPem, root.certPem].map((pem) => {
      const facts = readCertificate(new X509Certificate(pem).raw);
      const more = { issuerUrls: urls('aia'), ocspUrls: urls('ocsp'), crlUrls: [...urls('crl3'), ...urls('crl4')] };
      return { ...facts, details: { ...facts.details, ...more } };
    });
    const bytes = Buffer.byteLength(JSON.stringify(chain));
    assert.ok(bytes < 6_000, `${String(bytes)} bytes`);
  });

  it('the longest of everything is still bounded', async () => {
    const long = Array.from({ length: 50 }, (_, at) => `http://${'x'.repeat(5_000)}${String(at)}`);
    const details = detailsOf(await made([new CRLDistributionPointsExtension(long)]));
    assert.ok(JSON.stringify(details).length < 1_200);
  });
});
