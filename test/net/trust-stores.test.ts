import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { getCACertificates } from 'node:tls';
import type { RootFacts } from '../../src/federation/handshake.ts';
import { rootFinder } from '../../src/net/trust-stores.ts';
import { microsoftRoots } from '../../src/probe/tls/roots.ts';
import { authority, leaf } from '../lab/certificates.ts';

const link = (pem: string) => {
  const { raw, fingerprint256 } = new X509Certificate(pem);
  return { raw, fingerprint256 };
};
const chainOf = (...pems: readonly string[]) => pems.map(link);

const root = await authority('Root');
const middle = await authority('Middle', root);
const server = await leaf({ names: ['sip.a.example'], issuer: middle });
const find = rootFinder(root.certPem);

test('a chain leads to the root that signed what was sent', () => {
  const { file, mozilla } = find(chainOf(server.certPem, middle.certPem));
  const { fingerprint, fingerprint256 } = new X509Certificate(root.certPem);
  assert.deepEqual(file, {
    subject: 'CN=Root, O=fedmon lab',
    fingerprint256,
    fingerprint1: fingerprint.replaceAll(':', ''),
  } satisfies RootFacts);
  assert.equal(mozilla, null);
});

test('order, strays and a root among what was sent change nothing', async () => {
  const stray = await authority('Stray');
  const sent = chainOf(server.certPem, stray.certPem, root.certPem, middle.certPem);
  assert.equal(find(sent).file?.subject, 'CN=Root, O=fedmon lab');
});

test('it leads nowhere without the intermediate, and over one that only bears its name', async () => {
  const impostor = await authority('Middle', await authority('Root'));
  assert.equal(find(chainOf(server.certPem)).file, null);
  assert.equal(find(chainOf(server.certPem, impostor.certPem)).file, null);
  const forged = await leaf({ names: ['sip.a.example'], issuer: impostor });
  assert.equal(find(chainOf(forged.certPem, impostor.certPem, root.certPem)).file, null);
});

test('certificates that sign each other in a circle come to an end', async () => {
  const one = await authority('One');
  const two = await authority('Two', one);
  const back = await authority('One', two);
  const below = await leaf({ names: ['sip.a.example'], issuer: two });
  assert.equal(find(chainOf(below.certPem, two.certPem, back.certPem)).file, null);
});

test('a store that is not configured is left out', () => {
  assert.equal('file' in rootFinder(null)(chainOf(server.certPem)), false);
});

test("every root of Mozilla's store leads to a root of it", () => {
  const byStores = rootFinder(null);
  for (const pem of getCACertificates('bundled')) assert.ok(byStores(chainOf(pem)).mozilla, pem);
});

test('the table of roots that Microsoft names fits the certificates themselves', () => {
  const all = [...getCACertificates('bundled'), ...getCACertificates('system')].map((pem) => new X509Certificate(pem));
  const known = new Map(all.map(({ fingerprint, subject }) => [fingerprint.replaceAll(':', ''), subject]));
  const present = microsoftRoots.filter(({ fingerprint1 }) => known.has(fingerprint1));
  assert.ok(present.length >= 6, String(present.length));
  for (const { name, fingerprint1 } of present) {
    const words = name.split(' ').filter((word) => word !== 'CA');
    for (const word of words)
      assert.ok(known.get(fingerprint1)?.includes(word), `${name}: ${known.get(fingerprint1) ?? ''}`);
  }
});
