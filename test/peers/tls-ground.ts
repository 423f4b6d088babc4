import { execFile } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Net } from '../../src/net/net.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { authority, leaf, serverAuth, type Authority, type Leaf, type LeafOptions } from '../lab/certificates.ts';
import type { Tool } from '../lab/debian.ts';
import { examine, loopbackNet, partner, withoutDns } from './examination.ts';
import { startOpensslServer, type OpensslServerOptions } from './openssl-server.ts';
import { tellOnFailure } from './program.ts';

// What suites that examine `openssl s_server` share. It speaks no SIP: where TLS is established, "something other than SIP
// answers" follows.

const execute = promisify(execFile);
export const run = ({ path, env }: Tool, args: readonly string[]): Promise<{ readonly stdout: string }> =>
  execute(path, [...args], { env: { ...process.env, ...env } });

export const name = 'sip.a.example';
const dayMs = 86_400_000;
export const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

export type Client = 'none' | 'ours' | 'serverOnly' | 'expired' | 'foreign';

/** Authorities, a good certificate, and the clients that trust the root; made once per test file. */
export interface Ground {
  readonly folder: string;
  readonly root: Authority;
  readonly issuing: Authority;
  readonly stranger: Authority;
  readonly good: Leaf;
  readonly nets: Readonly<Record<Client, Net>>;
}

export async function ground(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-tls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const [root, stranger] = await Promise.all([authority('Peers Root'), authority('Stranger Root')]);
  const issuing = await authority('Peers Issuing', root);
  const good = await leaf({ names: [name, 'a.example'], uris: ['sip:a.example'], issuer: issuing });
  const trust = join(folder, 'root.pem');
  writeFileSync(trust, root.certPem);
  const client = async (more: Partial<LeafOptions>): Promise<Net> =>
    withoutDns(loopbackNet(trust, await leaf({ names: ['mon.example'], issuer: root, ...more })));
  const nets = {
    none: withoutDns(loopbackNet(trust)),
    ours: await client({}),
    serverOnly: await client({ eku: [serverAuth] }),
    expired: await client({ notBefore: inDays(-90), notAfter: inDays(-1) }),
    foreign: await client({ issuer: stranger }),
  };
  return { folder, root, issuing, stranger, good, nets };
}

/** Examines `sip.a.example` served by s_server, over each network in turn. */
export async function seenOver(
  t: TestContext,
  openssl: Tool,
  server: OpensslServerOptions,
  nets: readonly Net[],
  timeoutMs = 30_000,
): Promise<readonly CheckReport[]> {
  const peer = await startOpensslServer(openssl, server);
  tellOnFailure(t, peer);
  t.after(() => peer.stop());
  const who = partner('a.example', { route: { host: name, port: peer.serves }, timeoutMs });
  const reports: CheckReport[] = [];
  for (const net of nets) reports.push(await examine(who, net, [{ address: '127.0.0.1', port: 53 }]));
  return reports;
}

export const verificationOf = (report: CheckReport | undefined): string | null =>
  report?.edges[0]?.tls?.verification ?? null;

export interface Made {
  readonly key?: string;
  readonly digest?: string;
  readonly subject?: string;
  /** Lines as `openssl req -addext` takes them. */
  readonly extensions?: readonly string[];
  /** Left out: self-signed. */
  readonly issuer?: Authority;
}

export const named = `subjectAltName=DNS:${name}`;

/** A certificate made by OpenSSL itself, with what the lab does not make; without intermediates. */
export async function opensslMade(
  folder: string,
  openssl: Tool,
  made: Made,
): Promise<OpensslServerOptions['certificate']> {
  const { key = 'rsa:2048', digest = '-sha256', subject = `/O=Acme/CN=${name}`, extensions = [], issuer } = made;
  const at = (file: string): string => join(folder, file);
  const args = ['req', '-x509', '-newkey', key, '-nodes', '-days', '90', digest, '-subj', subject];
  const more = extensions.flatMap((each) => ['-addext', each]);
  await run(openssl, [
    ...args,
    '-keyout',
    at('made.key'),
    '-out',
    at('made.pem'),
    ...more,
    ...(await signer(folder, issuer)),
  ]);
  const certPem = readFileSync(at('made.pem'), 'utf8');
  return { certPem, chainPem: certPem + (issuer?.chainPem ?? ''), keyPem: readFileSync(at('made.key'), 'utf8') };
}

async function signer(folder: string, issuer: Authority | undefined): Promise<readonly string[]> {
  if (issuer === undefined) return [];
  const key = await webcrypto.subtle.exportKey('pkcs8', issuer.keys.privateKey);
  const [certFile, keyFile] = [join(folder, 'signer.pem'), join(folder, 'signer.der')];
  writeFileSync(certFile, issuer.certPem);
  writeFileSync(keyFile, Buffer.from(key));
  return ['-CA', certFile, '-CAkey', keyFile];
}
