import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CertificateDetails, CertificateFacts } from '../../src/federation/certificate.ts';
import { clientAuth, leaf, serverAuth, type Authority, type Leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { outcome } from './examination.ts';
import type { OpensslServerOptions } from './openssl-server.ts';
import { ground, inDays, name, named, opensslMade, run, seenOver, verificationOf } from './tls-ground.ts';

// `openssl s_server` with certificates that are wrong each in its own way, and what is read of a certificate.

const { folder, issuing, stranger, good, nets } = await ground();

interface Wrong {
  readonly certificate: (made: {
    readonly issuing: Authority;
    readonly stranger: Authority;
    readonly openssl: Tool;
  }) => Promise<OpensslServerOptions['certificate']>;
  readonly flags?: readonly string[];
  readonly expected: readonly string[];
  readonly verification: string;
}

const withoutChain = ({ certPem, keyPem }: Leaf): OpensslServerOptions['certificate'] => ({
  certPem,
  keyPem,
  chainPem: certPem,
});

const both = 'extendedKeyUsage=serverAuth,clientAuth';
/** OpenSSL will not serve such certificates otherwise. */
const weak = ['-cipher', 'ALL@SECLEVEL=0'];

const wrong: Readonly<Record<string, Wrong>> = {
  expired: {
    certificate: ({ issuing: issuer }) =>
      leaf({ names: [name], issuer, notBefore: inDays(-90), notAfter: inDays(-1.5) }),
    expected: ['misconfigured', 'tls_certificate_expired', 'sip_not_sip'],
    verification: 'CERT_HAS_EXPIRED',
  },
  'not yet valid': {
    certificate: ({ issuing: issuer }) => leaf({ names: [name], issuer, notBefore: inDays(1), notAfter: inDays(90) }),
    expected: ['misconfigured', 'tls_certificate_not_yet_valid', 'sip_not_sip'],
    verification: 'CERT_NOT_YET_VALID',
  },
  'about to expire': {
    certificate: ({ issuing: issuer }) => leaf({ names: [name], issuer, notBefore: inDays(-88), notAfter: inDays(2) }),
    expected: ['unreachable', 'sip_not_sip', 'tls_certificate_expiring'],
    verification: 'ok',
  },
  'another name': {
    certificate: ({ issuing: issuer }) => leaf({ names: ['sip.b.example'], issuer }),
    expected: ['misconfigured', 'tls_name_mismatch', 'sip_not_sip'],
    verification: 'ok',
  },
  'no name but in the subject': {
    certificate: ({ openssl }) => opensslMade(folder, openssl, {}),
    expected: ['misconfigured', 'tls_self_signed', 'tls_name_mismatch', 'sip_not_sip'],
    verification: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  },
  'self-signed': {
    certificate: () => leaf({ names: [name] }),
    expected: ['misconfigured', 'tls_self_signed', 'sip_not_sip'],
    verification: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  },
  'an authority nobody knows': {
    certificate: ({ stranger: issuer }) => leaf({ names: [name], issuer }),
    expected: ['misconfigured', 'tls_untrusted', 'sip_not_sip'],
    verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  'an intermediate is not sent, and nothing tells where it would be': {
    certificate: async ({ issuing: issuer }) => withoutChain(await leaf({ names: [name], issuer })),
    expected: ['misconfigured', 'tls_untrusted', 'sip_not_sip'],
    verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  'everything at once': {
    certificate: ({ stranger: issuer }) =>
      leaf({ names: ['sip.b.example'], issuer, notBefore: inDays(-90), notAfter: inDays(-1.5) }),
    // OpenSSL tells its last complaint only, and dates come last: that the chain leads nowhere is seen by ourselves.
    expected: ['misconfigured', 'tls_untrusted', 'tls_name_mismatch', 'tls_certificate_expired', 'sip_not_sip'],
    verification: 'CERT_HAS_EXPIRED',
  },
  'not for servers': {
    certificate: ({ issuing: issuer }) => leaf({ names: [name], issuer, eku: [clientAuth] }),
    expected: ['misconfigured', 'tls_wrong_purpose', 'sip_not_sip'],
    verification: 'INVALID_PURPOSE',
  },
  'a wildcard is a name': {
    certificate: ({ issuing: issuer }) => leaf({ names: ['*.a.example'], issuer }),
    expected: ['unreachable', 'sip_not_sip', 'tls_wildcard'],
    verification: 'ok',
  },
  'a SIP address is a name': {
    certificate: ({ issuing: issuer }) => leaf({ names: [], uris: [`sip:${name}`], issuer }),
    expected: ['unreachable', 'sip_not_sip'],
    verification: 'ok',
  },
  'an intermediate is not sent, but published': {
    certificate: async ({ issuing: issuer, openssl }) => {
      const made = { issuer, extensions: [named, both, 'authorityInfoAccess=caIssuers;URI:http://aia.example/ca.cer'] };
      return withoutChain(await opensslMade(folder, openssl, made));
    },
    expected: ['misconfigured', 'tls_chain_incomplete', 'sip_not_sip'],
    verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  'a short key': {
    certificate: ({ issuing: issuer, openssl }) =>
      opensslMade(folder, openssl, { issuer, key: 'rsa:1024', extensions: [named, both] }),
    flags: weak,
    expected: ['misconfigured', 'tls_weak_key', 'sip_not_sip'],
    verification: 'UNSPECIFIED',
  },
  'signed with SHA-1': {
    certificate: ({ issuing: issuer, openssl }) =>
      opensslMade(folder, openssl, { issuer, digest: '-sha1', extensions: [named, both] }),
    flags: weak,
    expected: ['misconfigured', 'tls_weak_signature', 'sip_not_sip'],
    verification: 'UNSPECIFIED',
  },
  'a short key nobody vouches for': {
    certificate: ({ openssl }) => opensslMade(folder, openssl, { key: 'rsa:1024', extensions: [named, both] }),
    flags: weak,
    expected: ['misconfigured', 'tls_self_signed', 'tls_weak_key', 'sip_not_sip'],
    verification: 'UNSPECIFIED',
  },
  'not for clients': {
    certificate: ({ issuing: issuer }) => leaf({ names: [name], issuer, eku: [serverAuth] }),
    expected: ['unreachable', 'sip_not_sip', 'tls_no_client_auth'],
    verification: 'ok',
  },
  'no common name': {
    certificate: ({ issuing: issuer, openssl }) =>
      opensslMade(folder, openssl, { issuer, subject: '/O=Acme', extensions: [named, both] }),
    expected: ['unreachable', 'sip_not_sip', 'tls_no_common_name'],
    verification: 'ok',
  },
};

for (const [what, { certificate, expected, verification, flags = [] }] of Object.entries(wrong)) {
  test(`certificate: ${what}`, async (t) => {
    const found = await needs(t, 'openssl');
    if (found === null) return;
    const server = { certificate: await certificate({ issuing, stranger, openssl: found[0] }), flags };
    const [seen] = await seenOver(t, found[0], server, [nets.none]);
    assert.deepEqual(seen && outcome(seen), expected);
    assert.equal(verificationOf(seen), verification);
  });
}

/** What `openssl x509` prints of a certificate, brought into the form of our facts. */
async function printed(
  openssl: Tool,
  certPem: string,
): Promise<Partial<CertificateFacts> & { readonly details: CertificateDetails }> {
  const file = join(folder, 'printed.pem');
  writeFileSync(file, certPem);
  const shown = ['-serial', '-fingerprint', '-sha256', '-dates', '-dateopt', 'iso_8601', '-ext', 'subjectAltName'];
  const { stdout } = await run(openssl, ['x509', '-noout', '-in', file, ...shown]);
  const { stdout: text } = await run(openssl, ['x509', '-noout', '-in', file, '-text']);
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'im').exec(stdout)?.[1] ?? '';
  const instant = (key: string): string => new Date(value(key).replace(' ', 'T')).toISOString();
  const names = (/^ +(\w.*:.*)$/m.exec(stdout)?.[1] ?? '').split(', ');
  const of = (kind: string): readonly string[] =>
    names.flatMap((each) => (each.startsWith(`${kind}:`) ? [each.slice(kind.length + 1)] : []));
  const urls = (after: RegExp): readonly string[] => Array.from(text.matchAll(after), (found) => found[1] ?? '');
  const algorithm = /Signature Algorithm: (\S+)/.exec(text)?.[1] ?? '';
  const usage = /Key Usage: (?:critical)?\n +(.*)/.exec(text)?.[1] ?? '';
  const usages = usage.split(', ').map((each) => each.slice(0, 1).toLowerCase() + each.slice(1).replaceAll(' ', ''));
  const details = {
    version: Number(/Version: (\d)/.exec(text)?.[1]),
    serialReversed: Buffer.from(value('serial'), 'hex').reverse().toString('hex').toUpperCase(),
    signature: { algorithm, hash: /SHA\d+/i.exec(algorithm)?.[0].toLowerCase() ?? null },
    keyUsage: usages,
    basicConstraints: { ca: text.includes('CA:TRUE'), pathLength: null },
    issuerUrls: urls(/CA Issuers - URI:(.*)/g),
    ocspUrls: urls(/OCSP - URI:(.*)/g),
    crlUrls: urls(/^ +URI:(.*)/gm),
  };
  return {
    details,
    serial: value('serial'),
    fingerprint256: value('sha256 Fingerprint'),
    notBefore: instant('notBefore'),
    notAfter: instant('notAfter'),
    names: { dns: of('DNS'), uri: of('URI'), ip: of('IP Address') },
    namesTotal: names.length,
    keyType: text.includes('id-ecPublicKey') ? 'ec' : 'rsa',
    keyBits: Number(/Public-Key: \((\d+) bit\)/.exec(text)?.[1]),
  };
}

test('the facts of a certificate are what `openssl x509` prints of it', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const rsa = await opensslMade(folder, found[0], {
    extensions: [
      `subjectAltName=DNS:${name},DNS:*.a.example,URI:sip:${name},IP:192.0.2.7`,
      'keyUsage=critical,digitalSignature,keyEncipherment',
      'authorityInfoAccess=OCSP;URI:http://ocsp.example,caIssuers;URI:http://aia.example/ca.cer',
      'crlDistributionPoints=URI:http://crl.example/one.crl,URI:ldap:///CN=two',
    ],
  });
  for (const certificate of [good, rsa]) {
    const [seen] = await seenOver(t, found[0], { certificate }, [nets.none]);
    const [facts] = seen?.edges[0]?.tls?.chain ?? [];
    assert.ok(facts);
    const expected = await printed(found[0], certificate.certPem);
    const ours = Object.fromEntries(Object.keys(expected).map((key) => [key, facts[key as keyof CertificateFacts]]));
    assert.deepEqual(ours, expected);
  }
});
