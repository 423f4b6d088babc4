import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { authority, leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { examine, loopbackNet, outcome, partner, withoutDns } from './examination.ts';
import { startOpensslServer } from './openssl-server.ts';
import { tellOnFailure } from './program.ts';

// A server that sends an intermediate twice: once as it verifies, and once more signed with SHA-1.

const execute = promisify(execFile);
const name = 'sip.a.example';
const folder = mkdtempSync(join(tmpdir(), 'fedmon-twin-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const root = await authority('Twin Root');
const issuing = await authority('Twin Issuing', root);
const good = await leaf({ names: [name, 'a.example'], uris: ['sip:a.example'], issuer: issuing });

function kept(file: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, file), content);
  return join(folder, file);
}

/** The same name and key as the intermediate, signed again by its issuer with SHA-1, for a day. */
async function weakTwin({ path, env }: Tool): Promise<string> {
  const [issuer, own] = await Promise.all(
    [root, issuing].map(({ keys }) => webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
  );
  assert.ok(issuer !== undefined && own !== undefined);
  const signer = ['-CA', kept('root.pem', root.certPem), '-CAkey', kept('root.der', Buffer.from(issuer))];
  const subject = ['-key', kept('issuing.der', Buffer.from(own)), '-subj', '/CN=Twin Issuing/O=fedmon lab'];
  const twin = join(folder, 'twin.pem');
  const args = ['req', '-x509', '-sha1', '-days', '1', '-out', twin, ...subject, ...signer];
  await execute(path, args, { env: { ...process.env, ...env } });
  return readFileSync(twin, 'utf8');
}

test('a twin with a SHA-1 signature is a weak signature on the path, and none beside it', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const [openssl] = found;
  const twin = await weakTwin(openssl);
  const net = withoutDns(loopbackNet(kept('trust.pem', root.certPem)));
  const seen = async (intermediates: string): Promise<unknown> => {
    const certificate = { ...good, chainPem: good.certPem + intermediates };
    const server = await startOpensslServer(openssl, { certificate, flags: ['-cipher', 'ALL@SECLEVEL=0'] });
    tellOnFailure(t, server);
    t.after(() => server.stop());
    const who = partner('a.example', { route: { host: name, port: server.serves } });
    const report = await examine(who, net, [{ address: '127.0.0.1', port: 53 }]);
    return [...outcome(report), report.edges[0]?.tls?.verification];
  };
  assert.deepEqual(await seen(issuing.certPem + twin), ['unreachable', 'sip_not_sip', 'tls_other_path', 'ok']);
  assert.deepEqual(await seen(twin), ['misconfigured', 'tls_weak_signature', 'sip_not_sip', 'UNSPECIFIED']);
  // OpenSSL takes the first that fits: sent before the good one, the twin is on the path.
  const both = ['misconfigured', 'tls_weak_signature', 'sip_not_sip', 'tls_other_path', 'UNSPECIFIED'];
  assert.deepEqual(await seen(twin + issuing.certPem), both);
});
