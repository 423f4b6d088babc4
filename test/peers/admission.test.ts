import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Net } from '../../src/net/net.ts';
import { authority, clientAuth, leaf, serverAuth, type Authority, type Leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { refusingServer } from '../lab/refusal.ts';
import { examine, loopbackNet, partner, withoutDns } from './examination.ts';
import { startHaproxy } from './haproxy.ts';
import { startKamailio } from './kamailio.ts';
import { startOpensslServer } from './openssl-server.ts';
import { tellOnFailure, type Peer } from './program.ts';

// Who is let in, and how each server tells the others: every client certificate towards every server, under both versions.

const name = 'sip.a.example';
const clients = ['nothing', 'serverAuth only', 'no EKU', 'clientAuth only', 'both'] as const;
type Client = (typeof clients)[number];
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof versions)[number];

let folder: string;
let root: Authority;
let server: Leaf;
let nets: Readonly<Record<Client, Net>>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-admission-'));
  root = await authority('Peers Root');
  server = await leaf({ names: [name], issuer: root });
  const trust = join(folder, 'root.pem');
  writeFileSync(trust, root.certPem);
  const as = async (eku: readonly string[] | null): Promise<Net> =>
    withoutDns(loopbackNet(trust, await leaf({ names: ['mon.example'], issuer: root, eku })));
  nets = {
    nothing: withoutDns(loopbackNet(trust)),
    'serverAuth only': await as([serverAuth]),
    'no EKU': await as(null),
    'clientAuth only': await as([clientAuth]),
    both: await as([serverAuth, clientAuth]),
  };
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The form and the words of a refusal, or how admission was shown. */
async function admissionOf(port: number, client: Client): Promise<string> {
  const who = partner('a.example', { route: { host: name, port }, timeoutMs: 8_000 });
  const report = await examine(who, nets[client], [{ address: '127.0.0.1', port: 53 }]);
  const { admission } = report.edges[0] ?? {};
  assert.ok(admission, JSON.stringify(report.steps));
  if (admission.refusal == null) return 'let in';
  const code = report.findings.find(({ layer }) => layer === 'admission')?.code;
  const { form, alert } = admission.refusal;
  assert.equal(admission.certificateRequested, true);
  assert.equal(admission.ours?.subject ?? null, client === 'nothing' ? null : 'CN=mon.example');
  if (client === 'serverAuth only') assert.match(report.cause?.letter?.text ?? '', weShowed);
  assert.equal(alert === null || alert.from === 'theirs', true);
  const tls = report.layers.tls === 'proven' ? 'handshake ok' : 'no handshake';
  return [code, form, ...(alert === null ? [] : [`${String(alert.number)} ${alert.name}`]), tls].join(', ');
}

/** Of our own side the letter says what they were shown. */
const weShowed =
  /\n {2}We showed {5}"CN=mon\.example"\n {4}issued by {3}"CN=Peers Root[^\n]*"\n {4}serial {6}[0-9A-F]+\n/;

async function table(ports: Readonly<Record<Version, number>>): Promise<Readonly<Record<string, string>>> {
  const rows: Record<string, string> = {};
  for (const version of versions) {
    for (const client of clients) rows[`${client}, ${version}`] = await admissionOf(ports[version], client);
  }
  return rows;
}

/** What is expected of a server that lets three of the five in. */
function expected(
  refusals: Readonly<Record<Version, readonly [nothing: string, serverOnly: string]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    versions.flatMap((version) =>
      clients.map((client, at) => [`${client}, ${version}`, refusals[version][at] ?? 'let in']),
    ),
  );
}

const required = 'admission_certificate_required';
const refused = 'admission_refused';

/** What OpenSSL says, and so every server built on it. */
const openssl = expected({
  'TLSv1.2': [
    `${required}, alert_in_handshake, 40 handshake_failure, no handshake`,
    `${refused}, alert_in_handshake, 43 unsupported_certificate, no handshake`,
  ],
  'TLSv1.3': [
    `${required}, alert_after_handshake, 116 certificate_required, handshake ok`,
    `${refused}, alert_after_handshake, 43 unsupported_certificate, handshake ok`,
  ],
});

async function both<Served>(
  t: TestContext,
  start: (version: Version) => Promise<Peer<Served>>,
): Promise<readonly [Served, Served]> {
  const peers = [await start('TLSv1.2'), await start('TLSv1.3')] as const;
  tellOnFailure(t, ...peers);
  t.after(() => Promise.all(peers.map((each) => each.stop())));
  return [peers[0].serves, peers[1].serves];
}

test('openssl s_server', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const flags = { 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;
  const [tls12, tls13] = await both(t, (version) =>
    startOpensslServer(found[0], { certificate: server, clients: root.certPem, flags: [flags[version]] }),
  );
  assert.deepEqual(await table({ 'TLSv1.2': tls12, 'TLSv1.3': tls13 }), openssl);
});

test('haproxy that requires a client certificate', async (t) => {
  const found = await needs(t, 'haproxy');
  if (found === null) return;
  const [tls12, tls13] = await both(t, (version) =>
    startHaproxy(found[0], { certificate: server, clients: root.certPem, version }),
  );
  assert.deepEqual(await table({ 'TLSv1.2': tls12, 'TLSv1.3': tls13 }), openssl);
});

test('kamailio with verify_certificate and require_certificate', async (t) => {
  const found = await needs(t, 'kamailio');
  if (found === null) return;
  const edge = { certificate: server, clients: root.certPem };
  // This kamailio has no switch for TLS 1.3 alone; towards us it chooses the newest.
  const kamailio = await startKamailio(found[0], {
    tls: { 'TLSv1.2': { ...edge, method: 'TLSv1.2' }, 'TLSv1.3': edge },
  });
  tellOnFailure(t, kamailio);
  t.after(() => kamailio.stop());
  assert.deepEqual(await table(kamailio.serves.tls), openssl);
});

test('a server like those written in Go says alert 42 for everything', async (t) => {
  const rows: Record<string, string> = {};
  for (const version of versions) {
    const options = { cert: server.chainPem, key: server.keyPem, minVersion: version, maxVersion: version };
    const refusing = await refusingServer(options, 42);
    t.after(() => refusing.close());
    const { port } = refusing.address() as AddressInfo;
    for (const client of ['nothing', 'serverAuth only'] as const) {
      rows[`${client}, ${version}`] = await admissionOf(port, client);
    }
  }
  assert.deepEqual(rows, {
    'nothing, TLSv1.2': `${required}, alert_in_handshake, 42 bad_certificate, no handshake`,
    'serverAuth only, TLSv1.2': `${refused}, alert_in_handshake, 42 bad_certificate, no handshake`,
    'nothing, TLSv1.3': `${required}, alert_after_handshake, 42 bad_certificate, handshake ok`,
    'serverAuth only, TLSv1.3': `${refused}, alert_after_handshake, 42 bad_certificate, handshake ok`,
  });
});

test('each alert about our certificate is told with what it means', async (t) => {
  const says: Readonly<Record<number, RegExp>> = {
    40: /miss something/,
    42: /missing, damaged/,
    43: /client authentication is missing/,
    44: /revoked/,
    45: /expired/,
    46: /do not say why/,
    48: /do not know the authority/,
    49: /deny access/,
    116: /require a client certificate/,
  };
  for (const [number, words] of Object.entries(says)) {
    const options = { cert: server.chainPem, key: server.keyPem, minVersion: 'TLSv1.3' as const };
    const refusing = await refusingServer(options, Number(number));
    t.after(() => refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const who = partner('a.example', { route: { host: name, port }, timeoutMs: 8_000 });
    const { findings } = await examine(who, nets.both, [{ address: '127.0.0.1', port: 53 }]);
    const [first] = findings;
    assert.equal(first?.code, refused, number);
    assert.match(first.summary, words);
    assert.match(first.summary, new RegExp(`after the handshake: .* \\(they sent alert ${number} \\w+\\)\\.$`));
  }
});
