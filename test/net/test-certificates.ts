import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';

const dayMs = 86_400_000;

export interface TestCertificates {
  readonly root: Authority;
  readonly middle: Authority;
  readonly server: Leaf;
  readonly expired: Leaf;
  readonly selfSigned: Leaf;
  readonly client: Leaf;
}

let made: Promise<TestCertificates> | undefined;
let rootPem = '';

/** A root, an intermediate and leaves below it, made once per test file. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= make();
  return made;
}

async function make(): Promise<TestCertificates> {
  const root = await authority('Test Root');
  rootPem = root.certPem;
  const middle = await authority('Test Intermediate', root);
  const [server, expired, selfSigned, client] = await Promise.all([
    leaf({ names: ['sip.a.example'], uris: ['sip:a.example'], issuer: middle }),
    leaf({ names: ['sip.a.example'], notAfter: new Date(Date.now() - dayMs), issuer: middle }),
    leaf({ names: ['sip.a.example'] }),
    leaf({ names: ['mon.example'], issuer: middle }),
  ]);
  return { root, middle, server, expired, selfSigned, client };
}

/** The root in a file, as `trust` wants it. */
export function trustFile(pem = rootPem): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-net-'));
  const path = join(folder, 'trust.pem');
  writeFileSync(path, pem);
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
