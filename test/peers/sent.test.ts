import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import type { Edge } from '../../src/federation/edge.ts';
import type { LedgerEntry } from '../../src/federation/ledger.ts';
import { systemClock } from '../../src/net/clock.ts';
import { sentRows } from '../../src/http/ledger-rows.ts';
import { ledgerEntryOf } from '../../src/probe/ledger.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { version } from '../../src/version.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { loopbackNet } from './examination.ts';
import { startKamailio } from './kamailio.ts';
import { tellOnFailure, type Peer } from './program.ts';

// A real SIP server writes down what it receives: who we say we are, and whether the ledger has what was sent.

const host = 'sip.partner.example';
const marker = 'RECEIVED ';
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-sent-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A kamailio that writes each request to its log, and what it is examined with. */
async function listening(t: TestContext) {
  const found = await needs(t, 'kamailio');
  if (found === null) return null;
  const root = await authority('Peers Root');
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  const [certificate, ours] = await Promise.all([
    leaf({ names: [host], issuer: root }),
    leaf({ names: ['mon.contoso.example'], issuer: root }),
  ]);
  const peer = await startKamailio(found[0], {
    tls: { edge: { certificate, clients: root.certPem } },
    modules: ['xlog'],
    script: `  xlog("L_ALERT", "${marker}$proto $(mb{s.encode.hexa})\\n");`,
  });
  tellOnFailure(t, peer);
  t.after(() => peer.stop());
  return { peer, net: loopbackNet(join(folder, 'root.pem'), ours) };
}

/** The requests from us that a kamailio wrote down, as it received them. */
function received({ folder: of }: Peer<unknown>): readonly { readonly over: string; readonly request: string }[] {
  const lines = readFileSync(join(of, 'log'), 'utf8').split('\n');
  return lines
    .map((line) => new RegExp(`${marker}(\\w+) ([0-9a-fA-F]+)`).exec(line))
    .map((match) => ({ over: match?.[1] ?? '', request: Buffer.from(match?.[2] ?? '', 'hex').toString('latin1') }))
    .filter(({ request }) => request !== '' && !request.includes('ready.example'));
}

/** The header of a request, which has it once. */
function header(request: string, name: string): string {
  const values = request.split('\r\n').filter((line) => line.startsWith(`${name}: `));
  assert.equal(values.length, 1, name);
  return (values[0] ?? '').slice(name.length + 2);
}

test('kamailio hears over TLS who we are as `identity` says it, and the ledger has the request octet for octet', async (t) => {
  const rig = await listening(t);
  if (rig === null) return;
  const contacts = ['https://mon.contoso.example/probing', 'noc@contoso.example'];
  for (const [at, contact] of contacts.entries()) {
    const file = join(folder, 'fedmon.yaml');
    const identity = `identity: { domain: mon.contoso.example, contact: ${JSON.stringify(contact)} }`;
    writeFileSync(file, `${identity}\npartners: [{ domain: partner.example }]\n`);
    const settings = settingsOf(loadConfig(file, {}));
    const place = { host, port: rig.peer.serves.tls.edge, address: '127.0.0.1', serverName: host };
    const edge: Edge = { transport: 'tls', ...place, options: true };
    const world = { net: rig.net, clock: systemClock };
    const evidence = await examineEdge(edge, at, 20_000, settings, world);
    const entry: LedgerEntry | null = ledgerEntryOf(evidence, settings.sip, 'here-1');
    const heard = received(rig.peer).at(at);
    assert.ok(heard !== undefined && entry !== null);
    assert.equal(heard.over, 'tls');
    assert.equal(header(heard.request, 'User-Agent'), `fedmon/${version} (+${contact})`);
    assert.match(header(heard.request, 'From'), /^<sip:fedmon@mon\.contoso\.example>;tag=[0-9a-f]{32}$/);
    assert.equal(header(heard.request, 'Contact'), '<sip:mon.contoso.example;transport=tls>');
    assert.match(header(heard.request, 'Call-ID'), /^[0-9a-f]{32}@mon\.contoso\.example$/);

    const rows = sentRows({ rows: [{ ...entry, edge }] });
    const [asked, ...more] = rows.filter(({ what }) => what === 'sip_options');
    assert.deepEqual([asked?.outcome, more.length], ['200', 0]);
    assert.equal(asked?.text, heard.request);
    assert.equal(asked.octets, heard.request.length);
  }
  assert.equal(received(rig.peer).length, contacts.length, 'one request each');
});
