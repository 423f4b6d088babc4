import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { authority, clientAuth, leaf, serverAuth } from './certificates.ts';

test('a leaf names what it was asked to, and verifies against its authority only', async () => {
  const [ours, theirs] = await Promise.all([authority('Ours'), authority('Theirs')]);
  const made = await leaf({ names: ['sip.a.example', 'a.example'], uris: ['sip:a.example'], issuer: ours });
  const certificate = new X509Certificate(made.certPem);
  assert.equal(certificate.subjectAltName, 'DNS:sip.a.example, DNS:a.example, URI:sip:a.example');
  assert.equal(certificate.subject, 'CN=sip.a.example');
  assert.equal(certificate.checkPrivateKey(createPrivateKey(made.keyPem)), true);
  assert.equal(certificate.verify(new X509Certificate(ours.certPem).publicKey), true);
  assert.equal(certificate.verify(new X509Certificate(theirs.certPem).publicKey), false);
  assert.deepEqual(certificate.keyUsage, [serverAuth, clientAuth]);
  assert.equal(made.chainPem, made.certPem);
});

test('dates and usages are as told, to the second', async () => {
  const [notBefore, notAfter] = [new Date('2020-01-01T00:00:00Z'), new Date('2020-03-01T12:30:00Z')];
  const made = await leaf({ names: ['a.example'], notBefore, notAfter, eku: null });
  const certificate = new X509Certificate(made.certPem);
  assert.deepEqual([certificate.validFromDate, certificate.validToDate], [notBefore, notAfter]);
  // Node has no list where the extension is absent, and its types do not know that.
  assert.equal((certificate.keyUsage as readonly string[] | undefined) ?? null, null);
  assert.equal(certificate.issuer, certificate.subject);
});

test('a leaf of an intermediate is presented with it, without the root', async () => {
  const root = await authority('Root');
  const issuing = await authority('Issuing', root);
  const made = await leaf({ names: ['a.example'], issuer: issuing });
  assert.equal(made.chainPem, made.certPem + issuing.certPem);
  const intermediate = new X509Certificate(issuing.certPem);
  assert.equal(intermediate.ca, true);
  assert.equal(intermediate.verify(new X509Certificate(root.certPem).publicKey), true);
});
