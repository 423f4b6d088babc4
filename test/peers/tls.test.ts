import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { CertificateDetails, CertificateFacts } from '../../src/federation/certificate.ts';
import type { Net } from '../../src/net/net.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import {
  authority,
  clientAuth,
  leaf,
  serverAuth,
  type Authority,
  type Leaf,
  type LeafOptions,
} from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { examine, loopbackNet, outcome, partner, withoutDns } from './examination.ts';
import { startOpensslServer, type OpensslServerOptions } from './openssl-server.ts';
import { tellOnFailure } from './program.ts';

// `openssl s_server` with certificates that are wrong each in its own way, and with demands on ours. It speaks no SIP:
// where TLS is established, "something other than SIP answers" follows.

const execute = promisify(execFile);
const run = ({ path, env }: Tool, args: readonly string[]): Promise<{ readonly stdout: string }> =>
  execute(path, [...args], { env: { ...process.env, ...env } });

const name = 'sip.a.example';
const dayMs = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

let folder: string;
let root: Authority;
let issuing: Authority;
let stranger: Authority;
let good: Leaf;
type Client = 'none' | 'ours' | 'serverOnly' | 'expired' | 'foreign';
let nets: Readonly<Record<Client, Net>>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-tls-'));
  [root, stranger] = await Promise.all([authority('Peers Root'), authority('Stranger Root')]);
  issuing = await authority('Peers Issuing', root);
  good = await leaf({ names: [name, 'a.example'], uris: ['sip:a.example'], issuer: issuing });
  const trust = join(folder, 'root.pem');
  writeFileSync(trust, root.certPem);
  const client = async (more: Partial<LeafOptions>): Promise<Net> =>
    withoutDns(loopbackNet(trust, await leaf({ names: ['mon.example'], issuer: root, ...more })));
  nets = {
    none: withoutDns(loopbackNet(trust)),
    ours: await client({}),
    serverOnly: await client({ eku: [serverAuth] }),
    expired: await client({ notBefore: inDays(-90), notAfter: inDays(-1) }),
    foreign: await client({ issuer: stranger }),
  };
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Examines `sip.a.example` served by s_server, as each client in turn. */
async function seenBy(
  t: TestContext,
  openssl: Tool,
  server: OpensslServerOptions,
  clients: readonly Client[] = ['none'],
  timeoutMs = 30_000,
): Promise<readonly CheckReport[]> {
  const peer = await startOpensslServer(openssl, server);
  tellOnFailure(t, peer);
  t.after(() => peer.stop());
  const who = partner('a.example', { route: { host: name, port: peer.serves }, timeoutMs });
  const reports: CheckReport[] = [];
  for (const client of clients) reports.push(await examine(who, nets[client], [{ address: '127.0.0.1', port: 53 }]));
  return reports;
}

const verificationOf = (report: CheckReport | undefined): string | null => report?.edges[0]?.tls?.verification ?? null;

test('a server that is all right but for SIP', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const [reversed] = await seenBy(t, found[0], { certificate: good });
  assert.ok(reversed);
  assert.deepEqual(outcome(reversed), ['unreachable', 'sip_not_sip']);
  const { endpoint, detail } = reversed.findings[0]?.args ?? {};
  assert.equal(endpoint, `${name}:${String(reversed.edges[0]?.port)} (127.0.0.1)`);
  assert.ok(String(detail).includes('0.2/PIS elpmaxe.a.pis:pis SNOITPO'), `it says what came: ${String(detail)}`);
  assert.deepEqual(
    [verificationOf(reversed), reversed.edges[0]?.tls?.protocol, reversed.layers.tls, reversed.layers.admission],
    ['ok', 'TLSv1.3', 'proven', 'proven'],
  );
  const [silent] = await seenBy(t, found[0], { certificate: good, speaks: '-www' }, ['none'], 3_000);
  assert.deepEqual(silent && outcome(silent), ['unreachable', 'sip_silent']);
});

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
    certificate: ({ openssl }) => opensslMade(openssl, {}),
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
      return withoutChain(await opensslMade(openssl, made));
    },
    expected: ['misconfigured', 'tls_chain_incomplete', 'sip_not_sip'],
    verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  'a short key': {
    certificate: ({ issuing: issuer, openssl }) =>
      opensslMade(openssl, { issuer, key: 'rsa:1024', extensions: [named, both] }),
    flags: weak,
    expected: ['misconfigured', 'tls_weak_key', 'sip_not_sip'],
    verification: 'UNSPECIFIED',
  },
  'signed with SHA-1': {
    certificate: ({ issuing: issuer, openssl }) =>
      opensslMade(openssl, { issuer, digest: '-sha1', extensions: [named, both] }),
    flags: weak,
    expected: ['misconfigured', 'tls_weak_signature', 'sip_not_sip'],
    verification: 'UNSPECIFIED',
  },
  'a short key nobody vouches for': {
    certificate: ({ openssl }) => opensslMade(openssl, { key: 'rsa:1024', extensions: [named, both] }),
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
      opensslMade(openssl, { issuer, subject: '/O=Acme', extensions: [named, both] }),
    expected: ['unreachable', 'sip_not_sip', 'tls_no_common_name'],
    verification: 'ok',
  },
};

interface Made {
  readonly key?: string;
  readonly digest?: string;
  readonly subject?: string;
  /** Lines as `openssl req -addext` takes them. */
  readonly extensions?: readonly string[];
  /** Left out: self-signed. */
  readonly issuer?: Authority;
}

const named = `subjectAltName=DNS:${name}`;

/** A certificate made by OpenSSL itself, with what the lab does not make; without intermediates. */
async function opensslMade(openssl: Tool, made: Made): Promise<OpensslServerOptions['certificate']> {
  const { key = 'rsa:2048', digest = '-sha256', subject = `/O=Acme/CN=${name}`, extensions = [], issuer } = made;
  const at = (file: string): string => join(folder, file);
  const args = ['req', '-x509', '-newkey', key, '-nodes', '-days', '90', digest, '-subj', subject];
  const more = extensions.flatMap((each) => ['-addext', each]);
  await run(openssl, [...args, '-keyout', at('made.key'), '-out', at('made.pem'), ...more, ...(await signer(issuer))]);
  const certPem = readFileSync(at('made.pem'), 'utf8');
  return { certPem, chainPem: certPem + (issuer?.chainPem ?? ''), keyPem: readFileSync(at('made.key'), 'utf8') };
}

async function signer(issuer: Authority | undefined): Promise<readonly string[]> {
  if (issuer === undefined) return [];
  const key = await webcrypto.subtle.exportKey('pkcs8', issuer.keys.privateKey);
  const [certFile, keyFile] = [join(folder, 'signer.pem'), join(folder, 'signer.der')];
  writeFileSync(certFile, issuer.certPem);
  writeFileSync(keyFile, Buffer.from(key));
  return ['-CA', certFile, '-CAkey', keyFile];
}

for (const [what, { certificate, expected, verification, flags = [] }] of Object.entries(wrong)) {
  test(`certificate: ${what}`, async (t) => {
    const found = await needs(t, 'openssl');
    if (found === null) return;
    const [seen] = await seenBy(t, found[0], {
      certificate: await certificate({ issuing, stranger, openssl: found[0] }),
      flags,
    });
    assert.deepEqual(seen && outcome(seen), expected);
    assert.equal(verificationOf(seen), verification);
  });
}

test('our certificate is demanded: who is let in, and who is told what', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const clients = ['ours', 'none', 'serverOnly', 'expired', 'foreign'] as const;
  // Under TLS 1.2 a refusal breaks the handshake, under TLS 1.3 it follows it.
  const versions = [
    { flag: '-tls1_2', proof: 'not_proven', without: 'alert 40 handshake_failure' },
    { flag: '-tls1_3', proof: 'proven', without: 'alert 116 certificate_required' },
  ];
  for (const { flag, proof, without } of versions) {
    const server = { certificate: good, clients: root.certPem, flags: [flag] };
    const reports = await seenBy(t, found[0], server, clients);
    assert.deepEqual(
      reports.map((each) => [...outcome(each), each.findings[0]?.args['alert'], each.layers.tls, verificationOf(each)]),
      [
        ['unreachable', 'sip_not_sip', undefined, 'proven', 'ok'],
        ['refused', 'admission_certificate_required', without, proof, 'ok'],
        ['refused', 'admission_refused', 'alert 43 unsupported_certificate', proof, 'ok'],
        ['refused', 'admission_refused', 'alert 45 certificate_expired', proof, 'ok'],
        ['refused', 'admission_refused', 'alert 48 unknown_ca', proof, 'ok'],
      ],
      flag,
    );
  }
});

test('nothing in common: version and suites', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const old = { certificate: good, flags: ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'] };
  const [tooOld] = await seenBy(t, found[0], old);
  assert.deepEqual(tooOld && outcome(tooOld), ['misconfigured', 'tls_version']);
  assert.equal(tooOld?.findings[0]?.args['detail'], 'alert 70 protocol_version');

  const plain = { certificate: good, flags: ['-tls1_2', '-cipher', 'NULL@SECLEVEL=0'] };
  const [unencrypted] = await seenBy(t, found[0], plain);
  assert.deepEqual(unencrypted && outcome(unencrypted), ['misconfigured', 'tls_no_shared_parameters']);
  assert.equal(unencrypted?.findings[0]?.args['detail'], 'alert 40 handshake_failure');
});

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
  const rsa = await opensslMade(found[0], {
    extensions: [
      `subjectAltName=DNS:${name},DNS:*.a.example,URI:sip:${name},IP:192.0.2.7`,
      'keyUsage=critical,digitalSignature,keyEncipherment',
      'authorityInfoAccess=OCSP;URI:http://ocsp.example,caIssuers;URI:http://aia.example/ca.cer',
      'crlDistributionPoints=URI:http://crl.example/one.crl,URI:ldap:///CN=two',
    ],
  });
  for (const certificate of [good, rsa]) {
    const [seen] = await seenBy(t, found[0], { certificate });
    const [facts] = seen?.edges[0]?.tls?.chain ?? [];
    assert.ok(facts);
    const expected = await printed(found[0], certificate.certPem);
    const ours = Object.fromEntries(Object.keys(expected).map((key) => [key, facts[key as keyof CertificateFacts]]));
    assert.deepEqual(ours, expected);
  }
});
