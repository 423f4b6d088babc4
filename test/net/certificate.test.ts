import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { alternativeNames } from '../../src/net/alternative-names.ts';
import { certificateReader, readCertificate } from '../../src/net/certificate.ts';
import { pemFingerprints } from '../../src/net/pem.ts';
import { authority, clientAuth, leaf, serverAuth } from '../lab/certificates.ts';

const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;

describe('readCertificate', () => {
  it('reads what a leaf says', async () => {
    const issuer = await authority('Test Root');
    const { certPem } = await leaf({
      names: ['sip.a.example', 'a.example'],
      uris: ['sip:a.example'],
      notBefore: new Date('2026-01-02T03:04:05Z'),
      notAfter: new Date('2049-12-31T23:59:59Z'),
      issuer,
    });
    const { serial, details, ...facts } = readCertificate(der(certPem));
    assert.match(serial, /^01[0-9A-F]{30}$/);
    assert.deepEqual(facts, {
      subject: 'CN=sip.a.example',
      commonName: 'sip.a.example',
      // Node prints names from the last attribute in DER to the first as they stand.
      issuer: new X509Certificate(certPem).issuer.split('\n').join(', '),
      fingerprint256: new X509Certificate(certPem).fingerprint256,
      fingerprint1: new X509Certificate(certPem).fingerprint,
      notBefore: '2026-01-02T03:04:05.000Z',
      notAfter: '2049-12-31T23:59:59.000Z',
      names: { dns: ['sip.a.example', 'a.example'], uri: ['sip:a.example'], ip: [] },
      otherNames: { email: [], others: 0 },
      namesTotal: 3,
      extendedKeyUsage: [serverAuth, clientAuth],
      keyType: 'ec',
      keyBits: 256,
      isCa: false,
    });
    assert.deepEqual(details, {
      version: 3,
      serialReversed: Buffer.from(serial, 'hex').reverse().toString('hex').toUpperCase(),
      signature: { algorithm: 'ecdsa-with-SHA256', hash: 'sha256' },
      keyUsage: ['digitalSignature'],
      basicConstraints: { ca: false, pathLength: null },
      issuerUrls: [],
      ocspUrls: [],
      crlUrls: [],
    });
  });

  it('tells an absent extended key usage and an authority', async () => {
    const { certPem } = await leaf({ names: ['sip.a.example'], eku: null });
    assert.equal(readCertificate(der(certPem)).extendedKeyUsage, null);
    assert.equal(readCertificate(der((await authority('Test Root')).certPem)).isCa, true);
  });

  it('keeps the first 100 of many names and counts them all', async () => {
    const names = Array.from({ length: 130 }, (_, at) => `host${String(at)}.a.example`);
    const facts = readCertificate(der((await leaf({ names })).certPem));
    assert.deepEqual([facts.names.dns, facts.namesTotal], [names.slice(0, 100), 130]);
  });

  it('a name with commas and quotes stays one name', async () => {
    const evil = ['x.example, DNS:bank.example', 'x.example", DNS:"bank.example', 'a\\u002cb'];
    for (const name of evil) {
      const { names, namesTotal } = readCertificate(der((await leaf({ names: [name] })).certPem));
      assert.deepEqual([names.dns, namesTotal], [[name], 1]);
    }
  });

  it('remembers certificates by fingerprint, and only so many', async () => {
    const read = certificateReader(2);
    const all = await Promise.all([1, 2, 3].map((each) => leaf({ names: [`${String(each)}.example`] })));
    const facts = all.map(({ certPem }) => read(der(certPem), new X509Certificate(certPem).fingerprint256));
    const again = all.map(({ certPem }) => read(der(certPem), new X509Certificate(certPem).fingerprint256));
    assert.deepEqual(again, facts);
    // The first was forgotten when the third came, the third is the very object it was.
    assert.notEqual(again[0], facts[0]);
    const once = read(der(all[2]!.certPem), facts[2]!.fingerprint256);
    assert.equal(once, read(der(all[2]!.certPem), facts[2]!.fingerprint256));
  });
});

describe('alternativeNames', () => {
  it('reads plain and quoted entries of the kinds we use', () => {
    assert.deepEqual(
      alternativeNames(
        'DNS:a.example, URI:sip:a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, email:x@a.example, DNS:"b\\u002c c", othername:<unsupported>',
      ),
      {
        dns: ['a.example', 'b, c'],
        uri: ['sip:a.example'],
        ip: ['192.0.2.1', '2001:DB8:0:0:0:0:0:1'],
        total: 5,
        email: ['x@a.example'],
        others: 1,
      },
    );
    assert.deepEqual(alternativeNames(''), { dns: [], uri: [], ip: [], total: 0, email: [], others: 0 });
  });

  it('keeps five mail addresses, and counts what names nothing we know', () => {
    const mails = Array.from({ length: 6 }, (_, at) => `email:m${String(at)}@a.example`).join(', ');
    const { email, others, total } = alternativeNames(`${mails}, DirName:"CN\\u003da", Registered ID:1.2.3`);
    assert.deepEqual([email.length, others, total], [5, 2, 0]);
  });

  it('stops at a quote that never ends, and makes controls printable', () => {
    assert.deepEqual(alternativeNames('DNS:a.example, DNS:"b, DNS:c.example').dns, ['a.example']);
    assert.deepEqual(alternativeNames('DNS:"a\\u0000b\\u001b[31m"').dns, ['a?b?[31m']);
  });

  it('gives back any value written the way Node writes it, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 10 }), (values) => {
        const text = values.map((each) => `DNS:${JSON.stringify(each)}`).join(', ');
        return alternativeNames(text).total === values.length;
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => alternativeNames(`DNS:${text}`).total >= 0));
  });
});

describe('pemFingerprints', () => {
  it('writes fingerprints as Node does', async () => {
    const pems = [(await authority('One')).certPem, (await authority('Two')).certPem];
    const expected = pems.map((pem) => new X509Certificate(pem).fingerprint256);
    assert.deepEqual([...pemFingerprints([pems.join('some text\n')])], expected);
    assert.deepEqual([...pemFingerprints([`not a certificate ${createHash('sha256').digest('hex')}`])], []);
  });
});
