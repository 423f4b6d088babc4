import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { webcrypto, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { edgeId } from '../../src/federation/edge.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { Net } from '../../src/net/net.ts';
import { readStaple } from '../../src/net/ocsp.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { report, type CheckReport } from '../../src/probe/report.ts';
import { review } from '../../src/probe/review.ts';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { loopbackNet, outcome, partner, withoutDns } from './examination.ts';
import { startOpensslServer } from './openssl-server.ts';
import { tellOnFailure } from './program.ts';
import { writer } from '../federation/samples.ts';

// `openssl ocsp` signs statements about certificates, `openssl s_server` staples them, and we read them.

const execute = promisify(execFile);
const name = 'sip.a.example';
const hourMs = 3_600_000;
const ocspSigning = '1.3.6.1.5.5.7.3.9';

let folder: string;
let issuing: Authority;
let stranger: Authority;
let certificate: Leaf;
let other: Leaf;
let responder: Leaf;
let net: Net;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-staple-'));
  const root = await authority('Staple Root');
  [issuing, stranger] = await Promise.all([authority('Staple Issuing', root), authority('Stranger')]);
  [certificate, other, responder] = await Promise.all([
    leaf({ names: [name], issuer: issuing }),
    leaf({ names: [name], issuer: issuing }),
    leaf({ names: ['responder.example'], eku: [ocspSigning], issuer: issuing }),
  ]);
  net = withoutDns(loopbackNet(store('root.pem', root.certPem)));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function store(file: string, text: string | Buffer): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return path;
}

interface Statement {
  /** Of which certificate. */
  readonly about: Leaf;
  /** A line of the authority's index; `none`: it does not know the certificate. */
  readonly status: 'V' | 'R' | 'none';
  /** Who signs it: the issuer, a responder with its certificate, or somebody else. */
  readonly signer: { readonly certPem: string; readonly keyPem: string };
}

const serialOf = ({ certPem }: Leaf): string => new X509Certificate(certPem).serialNumber;

async function signerOf({ certPem, keys }: Authority): Promise<Statement['signer']> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { certPem, keyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n` };
}

/** The response that `openssl ocsp` makes of it, good for an hour. */
async function responseOf(openssl: Tool, { about, status, signer }: Statement): Promise<Buffer> {
  const revoked = status === 'R' ? '261101000000Z' : '';
  const line = [status, '491231235959Z', revoked, serialOf(about), 'unknown', `/CN=${name}`].join('\t');
  const index = store('index.txt', status === 'none' ? '' : `${line}\n`);
  const issuer = store('issuer.pem', issuing.certPem);
  const out = join(folder, 'response.der');
  const made = ['-index', index, '-CA', issuer, '-issuer', issuer, '-nmin', '60', '-serial', `0x${serialOf(about)}`];
  const signed = ['-rsigner', store('signer.pem', signer.certPem), '-rkey', store('signer.key', signer.keyPem)];
  await execute(openssl.path, ['ocsp', ...made, ...signed, '-respout', out], {
    env: { ...process.env, ...openssl.env },
  });
  return readFileSync(out);
}

/** Examines an edge that staples this, by a clock that is off by so much. */
async function seenWith(t: TestContext, openssl: Tool, response: Buffer, offMs = 0): Promise<CheckReport> {
  const flags = ['-status_file', store('staple.der', response)];
  const peer = await startOpensslServer(openssl, { certificate, flags });
  tellOnFailure(t, peer);
  t.after(() => peer.stop());
  const who = partner('a.example', { route: { host: name, port: peer.serves } });
  const world = { net, clock: { ...systemClock, wall: () => systemClock.wall() + offMs } };
  const sip = { domain: 'mon.example', userAgent: 'fedmon/peers (+https://mon.example/probing)' };
  const settings = { dns: { servers: [{ address: '127.0.0.1', port: 53 }] }, sip };
  const route = await examineRoute(who, 0, settings, world);
  const [edge] = route.edges;
  assert.ok(edge);
  const edges = new Map([[edgeId(edge), await examineEdge(edge, 0, who.timeoutMs, settings, world)]]);
  return report({ partner: who, vantage: 'test', route, edges, diagnosis: review(route, edges), tookMs: 0, writer });
}

const stapleOf = (seen: CheckReport) => seen.edges[0]?.tls?.staple;
const unharmed = ['unreachable', 'sip_not_sip'];

test('good, signed by the issuer', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const response = await responseOf(found[0], { about: certificate, status: 'V', signer: await signerOf(issuing) });
  const seen = await seenWith(t, found[0], response);
  assert.deepEqual(outcome(seen), unharmed);
  const { producedAt, thisUpdate, nextUpdate, ...said } = stapleOf(seen) ?? {};
  assert.deepEqual(said, {
    response: 'successful',
    status: 'good',
    serials: [serialOf(certificate)],
    revokedAt: null,
    responder: 'CN=Staple Issuing, O=fedmon lab',
    signature: 'good',
  });
  assert.equal(Date.parse(nextUpdate ?? '') - Date.parse(thisUpdate ?? ''), hourMs);
  assert.ok(Math.abs(Date.parse(producedAt ?? '') - Date.now()) < 60_000);
  assert.equal(seen.edges[0]?.tls?.stapled, true);
});

test('by our clock the same response is out of date, or of the future', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const response = await responseOf(found[0], { about: certificate, status: 'V', signer: await signerOf(issuing) });
  const late = await seenWith(t, found[0], response, 2 * hourMs);
  assert.deepEqual(outcome(late), [...unharmed, 'tls_staple_outdated']);
  const early = await seenWith(t, found[0], response, -hourMs);
  assert.deepEqual(outcome(early), [...unharmed, 'tls_clock_behind']);
});

test('revoked, signed by a responder that the issuer authorised', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const response = await responseOf(found[0], { about: certificate, status: 'R', signer: responder });
  const seen = await seenWith(t, found[0], response);
  assert.deepEqual(outcome(seen), ['misconfigured', 'tls_certificate_revoked', 'sip_not_sip']);
  const { status, revokedAt, responder: who, signature } = stapleOf(seen) ?? {};
  assert.deepEqual(
    [status, revokedAt, who, signature],
    ['revoked', '2026-11-01T00:00:00.000Z', 'CN=responder.example', 'good'],
  );
});

interface Useless {
  readonly statement: () => Promise<Statement>;
  readonly expected: readonly (string | null)[];
}

const useless: Readonly<Record<string, Useless>> = {
  'the authority does not know the certificate': {
    statement: async () => ({ about: certificate, status: 'none', signer: await signerOf(issuing) }),
    expected: ['unknown', 'good'],
  },
  'another certificate': {
    statement: async () => ({ about: other, status: 'V', signer: await signerOf(issuing) }),
    expected: [null, 'good'],
  },
  'signed by a stranger': {
    statement: async () => ({ about: certificate, status: 'R', signer: await signerOf(stranger) }),
    expected: ['revoked', 'wrong'],
  },
  'signed by a certificate of the issuer that is no responder': {
    statement: () => Promise.resolve({ about: certificate, status: 'R', signer: other }),
    expected: ['revoked', 'wrong'],
  },
};

for (const [what, { statement, expected }] of Object.entries(useless)) {
  test(`a staple that proves nothing: ${what}`, async (t) => {
    const found = await needs(t, 'openssl');
    if (found === null) return;
    const seen = await seenWith(t, found[0], await responseOf(found[0], await statement()));
    assert.deepEqual(outcome(seen), [...unharmed, 'tls_staple_useless']);
    assert.deepEqual([stapleOf(seen)?.status, stapleOf(seen)?.signature], expected);
  });
}

test('octets that were cut or changed are read without harm, and never pass as signed by the issuer', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const response = await responseOf(found[0], { about: certificate, status: 'V', signer: responder });
  const issuer = new X509Certificate(issuing.certPem).raw;
  const read = (octets: Buffer) => readStaple(octets, serialOf(certificate), issuer);
  const whole = read(response);
  assert.deepEqual([whole.status, whole.signature], ['good', 'good']);
  for (let length = 0; length < response.length; length += 1) {
    assert.equal(read(response.subarray(0, length)).response, 'unreadable', String(length));
  }
  for (let at = 0; at < response.length; at += 1) {
    for (const bit of [0x01, 0x80]) {
      const changed = Buffer.from(response);
      changed.writeUInt8(changed.readUInt8(at) ^ bit, at);
      const { signature, ...said } = read(changed);
      // Outside what is signed, a change of the certificate that is sent along may go unnoticed.
      if (signature === 'good') assert.deepEqual({ ...said, signature }, whole, `octet ${String(at)}`);
    }
  }
});
