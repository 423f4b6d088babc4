import '../../lab/reflect.ts';
import {
  AuthorityInfoAccessExtension,
  CRLDistributionPointsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import type { Observation } from '../../../src/federation/observation.ts';
import { readCertificate } from '../../../src/net/certificate.ts';
import type { TlsFacts } from '../../../src/probe/tls/facts.ts';
import { tls } from '../../../src/probe/tls/index.ts';

const evil = '\u001b[2J\u001b]0;owned\u0007\r\n\u202Eexample\u200b\u0000';
const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) };

/** Of a certificate that is wrong in every way and says so in control characters. */
async function observed(verification: string): Promise<Observation<TlsFacts>> {
  const weak = { ...algorithm, hash: 'SHA-1' };
  const keys = await webcrypto.subtle.generateKey(weak, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '01',
    subject: [{ CN: [evil] }],
    issuer: [{ CN: [`by ${evil}`] }],
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: weak,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'bad\u001b[31m\u0000.example' },
        { type: 'url', value: 'sip:sip.a.example\u0000@bad.example' },
      ]),
      new AuthorityInfoAccessExtension({ caIssuers: 'http://aia.example/\u001b[31m\r\n' }),
      new CRLDistributionPointsExtension(['http://crl.example/\u001b[31m\u0007']),
    ],
  });
  const chain = [readCertificate(Buffer.from(certificate.rawData))];
  const step = { name: 'tls_handshake', target: 'x', startedMs: 0, tookMs: 1, failure: null } as const;
  return {
    kind: 'tls',
    at: new Date().toISOString(),
    steps: [step],
    facts: {
      serverName: 'sip.a.example',
      sought: 'host',
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      chain,
      verification,
      rooted: false,
      offeredCertificate: false,
    },
  };
}

/** Controls, format characters and separators: what moves a cursor or turns a line around. */
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test('nothing that a certificate says moves a cursor: facts, findings, labels', async () => {
  const codes = new Set<string>();
  for (const verification of ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_REVOKED']) {
    const observation = await observed(verification);
    const findings = tls.judge(observation, 'sip.a.example:5061 (192.0.2.1)');
    for (const { code } of findings) codes.add(code);
    const texts = [
      ...Object.values(observation.facts.chain[0]!).flatMap((each) => (typeof each === 'string' ? [each] : [])),
      ...Object.values(observation.facts.chain[0]!.names).flat(),
      ...Object.values(observation.facts.chain[0]!.details!).flat().map(String),
      ...findings.flatMap(({ summary, args }) => [summary, ...Object.values(args).map(String)]),
      ...tls.measure(observation).flatMap(({ labels }) => Object.values(labels)),
    ];
    assert.deepEqual(
      texts.filter((each) => dangerous.test(each)),
      [],
    );
  }
  assert.deepEqual([...codes].sort(), [
    'tls_chain_incomplete',
    'tls_name_mismatch',
    'tls_self_signed',
    'tls_untrusted',
    'tls_weak_key',
    'tls_weak_signature',
  ]);
});
