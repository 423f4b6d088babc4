import type { CertificateDetails, CertificateFacts } from '../../../src/federation/certificate.ts';
import type { BrokenRule, X509Rule } from '../../../src/federation/x509-rule.ts';
import { tlsVersions } from '../../../src/probe/tls/hello-answer.ts';
import {
  addresses,
  behind,
  certificate,
  fromNow,
  good,
  hour,
  sound,
  srv,
  srvName,
  type Scenario,
} from '../scenario.ts';
import { authorityScenarios } from './authority-scenarios.ts';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const details = (over: Partial<CertificateDetails>): { readonly details: CertificateDetails } => ({
  details: { ...good.details!, ...over },
});
const signedWith = (algorithm: string, hash: string | null) => details({ signature: { algorithm, hash } });
const published = details({ issuerUrls: ['http://aia.example/issuing.cer'] });
const unknownIssuer = { verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', rooted: false } as const;
const tooWeak = { verification: 'UNSPECIFIED' } as const;
const intermediate = { ...good, commonName: 'Issuing', subject: 'CN=Issuing', issuer: 'CN=Root', isCa: true };
const broken = (rule: X509Rule): BrokenRule => ({ rule, at: 0, subject: good.subject, detail: '' });
const names = (...dns: readonly string[]) => ({ names: { dns, uri: [], ip: [] }, namesTotal: dns.length });

/** What an edge said, newest version first: t taken, r refused, ? not told. */
const said = (word: string): NonNullable<Scenario['versions']> =>
  tlsVersions.map((version, at) => ({
    version,
    taken: { t: true, r: false }[word[at] ?? ''] ?? null,
    answer: 'scripted',
  }));
const versions = (word: string, codes: readonly string[], state: Scenario['state'] = 'healthy'): Scenario => ({
  name: `versions ${word}`,
  net: behind(sound),
  versions: said(word),
  state,
  codes,
});

const versionScenarios: readonly Scenario[] = [
  versions('ttrr', []),
  versions('rtrr', ['tls_no_version_1_3']),
  versions('tttt', ['tls_old_versions']),
  versions('rtrt', ['tls_old_versions', 'tls_no_version_1_3']),
  versions('trrr', ['tls_only_version_1_3'], 'degraded'),
  versions('t???', []),
  versions('rrrr', []),
  {
    ...versions('rrtt', ['tls_version', 'tls_only_old_versions'], 'misconfigured'),
    net: behind({ tls: { failure: 'tls_version' } }),
  },
];

/** What the certificate and its chain can be found to be. */
export const scenarios: readonly Scenario[] = [
  ...versionScenarios,
  ...(
    [
      ['tls_message_too_large', 'misconfigured'],
      ['tls_malformed', 'unreachable'],
      ['local_resource', 'unknown'],
    ] as const
  ).map(([code, state]): Scenario => ({
    name: `the handshake ends with ${code}`,
    net: behind({ tls: { chain: [], failure: code } }),
    state,
    codes: [code],
  })),
  {
    name: 'self-signed',
    net: behind(certificate({ issuer: good.subject }, { verification: 'DEPTH_ZERO_SELF_SIGNED_CERT', rooted: false })),
    state: 'misconfigured',
    codes: ['tls_self_signed'],
  },
  {
    name: 'self-signed and expired: OpenSSL tells only the date',
    net: behind(
      certificate(
        { issuer: good.subject, notBefore: fromNow(-100 * hour), notAfter: fromNow(-hour) },
        { verification: 'CERT_HAS_EXPIRED', rooted: false },
      ),
    ),
    state: 'misconfigured',
    codes: ['tls_self_signed', 'tls_certificate_expired'],
  },
  {
    name: 'the issuer is not sent, and its certificate is published on the web',
    net: behind(certificate(published, unknownIssuer)),
    state: 'misconfigured',
    codes: ['tls_chain_incomplete'],
  },
  {
    name: 'the issuer is not sent, and its certificate lies in a directory: an authority of their own',
    net: behind(certificate(details({ issuerUrls: ['ldap:///CN=Corp%20CA'] }), unknownIssuer)),
    state: 'misconfigured',
    codes: ['tls_untrusted'],
  },
  {
    name: 'the issuer is sent and its issuer is unknown',
    net: behind(
      certificate(published, {
        chain: [{ ...good, ...published, issuer: 'CN=Issuing' }, intermediate],
        verification: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        rooted: false,
      }),
    ),
    state: 'misconfigured',
    codes: ['tls_untrusted'],
  },
  {
    name: 'a short RSA key, refused by our OpenSSL',
    net: behind(certificate({ keyType: 'rsa', keyBits: 1024 }, tooWeak)),
    state: 'misconfigured',
    codes: ['tls_weak_key'],
  },
  {
    name: 'a short EC key of an intermediate',
    net: behind({ ...sound, tls: { chain: [good, { ...intermediate, keyBits: 224 }] } }),
    state: 'misconfigured',
    codes: ['tls_weak_key'],
  },
  {
    name: 'RSA 2048 is long enough, and so are keys of a kind without length',
    net: behind({
      ...sound,
      tls: {
        chain: [
          { ...good, keyType: 'rsa', keyBits: 2048 },
          { ...intermediate, keyType: 'ed25519', keyBits: null },
        ],
      },
    }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'signed with SHA-1',
    net: behind(certificate(signedWith('sha1WithRSAEncryption', 'sha1'), tooWeak)),
    state: 'misconfigured',
    codes: ['tls_weak_signature'],
  },
  {
    name: 'signed with SHA-1 and not for servers: OpenSSL tells only the hash',
    net: behind(
      certificate(
        { ...signedWith('ecdsa-with-SHA1', 'sha1'), extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] },
        { ...tooWeak, rooted: true },
      ),
    ),
    state: 'misconfigured',
    codes: ['tls_wrong_purpose', 'tls_weak_signature'],
  },
  {
    name: 'an intermediate signed with MD5 under a root nobody knows',
    net: behind({
      ...sound,
      tls: {
        chain: [good, { ...intermediate, ...signedWith('md5WithRSAEncryption', 'md5') }],
        verification: 'UNSPECIFIED',
        rooted: false,
      },
    }),
    state: 'misconfigured',
    codes: ['tls_untrusted', 'tls_weak_signature'],
  },
  {
    name: 'a root that signed itself with SHA-1 is sent along',
    net: behind({
      ...sound,
      tls: { chain: [good, { ...intermediate, ...signedWith('sha1WithRSAEncryption', 'sha1'), issuer: 'CN=Issuing' }] },
    }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'not for clients',
    net: behind(certificate({ extendedKeyUsage: [serverAuth] })),
    state: 'healthy',
    codes: ['tls_no_client_auth'],
  },
  {
    name: 'any usage, or none said, includes clients',
    net: behind(certificate({ extendedKeyUsage: [serverAuth, '2.5.29.37.0'] })),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'no common name',
    net: behind(certificate({ commonName: null, subject: '' })),
    state: 'healthy',
    codes: ['tls_no_common_name'],
  },
  {
    name: 'named by a wildcard',
    net: behind(certificate(names('*.a.example'))),
    state: 'healthy',
    codes: ['tls_wildcard'],
  },
  {
    name: 'named by a wildcard and by itself',
    net: behind(certificate(names('*.a.example', 'SIP.a.example'))),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a hosting provider: its certificate serves everybody',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sipfed.online.lync.com')],
        ...addresses('sipfed.online.lync.com', '192.0.2.1'),
      },
      edges: {
        '192.0.2.1:5061': certificate({ ...names('*.online.lync.com'), extendedKeyUsage: [serverAuth] }),
      },
    },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'Direct Routing asks for no client authentication and allows a wildcard',
    net: {
      dns: addresses('sbc.a.example', '192.0.2.1'),
      edges: {
        '192.0.2.1:5061': {
          tls: {
            chain: [{ ...good, ...names('*.a.example'), commonName: null, extendedKeyUsage: [serverAuth] }],
          },
          admitted: 'silence',
        },
      },
    },
    partner: { domain: 'sbc.a.example', profile: 'direct-routing' },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'the name in a version 1 certificate is none',
    net: behind(certificate(details({ version: 1 }))),
    state: 'misconfigured',
    codes: ['tls_name_mismatch'],
  },
  {
    name: 'a rule that servers enforce, and OpenSSL refuses the chain without a word for it',
    net: behind({ ...sound, tls: { chain: [good], verification: 'UNSPECIFIED', brokenRules: [broken('not_ca')] } }),
    state: 'misconfigured',
    codes: ['tls_rule_refused'],
  },
  {
    name: 'a rule that some servers enforce',
    net: behind({ ...sound, tls: { chain: [good], brokenRules: [broken('serial')] } }),
    state: 'degraded',
    codes: ['tls_rule_strict'],
  },
  {
    name: 'rules that few enforce',
    net: behind({ ...sound, tls: { chain: [good], brokenRules: [broken('key_identifier'), broken('criticality')] } }),
    state: 'healthy',
    codes: ['tls_rule_untidy'],
  },
  {
    name: 'evidence of a later version, with a rule that is not known here',
    net: behind({ ...sound, tls: { chain: [good], brokenRules: [broken('of_tomorrow' as X509Rule)] } }),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'evidence of an earlier version, without details',
    net: behind({ ...sound, tls: { chain: [withoutDetails()] } }),
    state: 'healthy',
    codes: [],
  },
  ...authorityScenarios,
];

function withoutDetails(): CertificateFacts {
  const facts: { -readonly [Key in keyof CertificateFacts]: CertificateFacts[Key] } = { ...good };
  delete facts.details;
  return facts;
}
