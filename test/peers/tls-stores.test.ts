import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckReport } from '../../src/probe/report.ts';
import { leaf, type Leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { startDnsServer } from '../lab/dns-server.ts';
import { examine, outcome, partner } from './examination.ts';
import { startOpensslServer } from './openssl-server.ts';
import { ground, name } from './tls-ground.ts';

// Certificates of an authority that one trust store holds and another does not.

const { folder, root, issuing, good, nets } = await ground();
const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

async function served(t: TestContext, certificate: Leaf): Promise<number> {
  const found = await needs(t, 'openssl');
  assert.ok(found, 'openssl is needed');
  const peer = await startOpensslServer(found[0], { certificate });
  t.after(() => peer.stop());
  return peer.serves;
}

test('an endpoint of Microsoft under a root that it did not announce: tls_root_unlisted', async (t) => {
  const host = 'sip.pstnhub.microsoft.com';
  const certificate = await leaf({ names: [host], issuer: issuing });
  const route = { host, port: await served(t, certificate) };
  const who = partner(host, { profile: 'direct-routing', route });
  const report = await examine(who, nets.none, [{ address: '127.0.0.1', port: 53 }]);
  assert.deepEqual(outcome(report), ['degraded', 'tls_root_unlisted']);
});

test('a root that the store of the system holds and that of Mozilla does not: tls_stores_disagree', async (t) => {
  const port = await served(t, good);
  const dns = await startDnsServer();
  t.after(() => dns.stop());
  dns.zone.set(`${name} A`, [{ type: 'A', data: '127.0.0.1' }]);
  const store = join(folder, 'system.pem');
  writeFileSync(store, root.certPem);
  // What Node takes for the store of the system is what OpenSSL is told by its environment.
  const env = { ...process.env, SSL_CERT_FILE: store, SSL_CERT_DIR: join(folder, 'none') };
  const reach = ['--route', `${name}:${String(port)}`, '--dns', `127.0.0.1:${String(dns.port)}`];
  const argv = [program, 'check', 'a.example', ...reach, '--allow', '127.0.0.0/8', '--json'];
  const out = await new Promise<string>((done) => {
    execFile(process.execPath, argv, { env, cwd: folder }, (_error, stdout) => done(stdout));
  });
  const report = JSON.parse(out) as CheckReport;
  assert.deepEqual(outcome(report), ['unreachable', 'sip_not_sip', 'tls_stores_disagree']);
  const { roots = {}, verification } = report.edges[0]?.tls ?? {};
  assert.deepEqual([verification, roots.system?.subject, roots.mozilla], ['ok', root.subject, null]);
});
