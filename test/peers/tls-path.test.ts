import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Net } from '../../src/net/net.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { needs } from '../lab/debian.ts';
import { loopbackNet, outcome, withoutDns } from './examination.ts';
import { ground, inDays, name, seenOver } from './tls-ground.ts';

// `openssl s_server` that sends certificates in another order than the chain's, or others with it.

const { folder, root, issuing, stranger, good, nets } = await ground();

/** What was found beside the missing SIP, and how it is said. */
async function seen(t: TestContext, chain: readonly string[], net: Net = nets.none, serving = good) {
  const found = await needs(t, 'openssl');
  assert.ok(found, 'openssl is needed');
  const certificate = { ...serving, chainPem: serving.certPem + chain.join('') };
  const [report] = await seenOver(t, found[0], { certificate }, [net]);
  assert.ok(report);
  const { aside, leadsTo, shuffled } = report.findings.find(({ code }) => code === 'tls_other_path')?.args ?? {};
  return { found: outcome(report).filter((code) => code !== 'sip_not_sip'), aside, leadsTo, shuffled };
}

const silent = { aside: undefined, leadsTo: undefined, shuffled: undefined };
const told = (found: readonly string[], aside: string, leadsTo: string | null = null, shuffled = false) => ({
  found,
  aside,
  leadsTo,
  shuffled,
});

test('the chain in its order, with and without its root, is what it needs', async (t) => {
  const found = ['unreachable'];
  assert.deepEqual(await seen(t, [issuing.certPem]), { found, ...silent });
  assert.deepEqual(await seen(t, [issuing.certPem, root.certPem]), { found, ...silent });
});

test('an intermediate of somebody else, and one that is sent twice: tls_other_path', async (t) => {
  const other = await authority('Other Issuing', stranger);
  const found = ['unreachable', 'tls_other_path'];
  assert.deepEqual(await seen(t, [issuing.certPem, other.certPem]), told(found, '"CN=Other Issuing, O=fedmon lab"'));
  const twice = [issuing.certPem, issuing.certPem];
  assert.deepEqual(await seen(t, twice), told(found, '"CN=Peers Issuing, O=fedmon lab"'));
});

test('two intermediates in the wrong order', async (t) => {
  const lower = await authority('Lower Issuing', issuing);
  const serving = await leaf({ names: [name], issuer: lower });
  const chain = [issuing.certPem, lower.certPem];
  const found = ['unreachable', 'tls_other_path'];
  assert.deepEqual(await seen(t, chain, nets.none, serving), told(found, '', null, true));
  assert.deepEqual(await seen(t, chain.toReversed(), nets.none, serving), { found: ['unreachable'], ...silent });
  // Node's chain ends early then, and does not tell whether there is a root: that the leaf has expired is all that is known.
  const expired = await leaf({ names: [name], issuer: lower, notBefore: inDays(-90), notAfter: inDays(-1.5) });
  const late = await seen(t, chain, nets.none, expired);
  assert.deepEqual(late, told(['misconfigured', 'tls_certificate_expired', 'tls_other_path'], '', null, true));
});

test('a cross certificate towards a root that we do not hold: verification ends at ours of the same name and key', async (t) => {
  const cross = await authority('Peers Root', stranger, root.keys);
  const chain = [issuing.certPem, cross.certPem];
  const aside = '"CN=Peers Root, O=fedmon lab"';
  const leadsTo = 'CN=Stranger Root, O=fedmon lab';
  assert.deepEqual(await seen(t, chain), told(['unreachable', 'tls_other_path'], aside, leadsTo));
  // Who holds the other root only, or both, follows what was sent to its end.
  for (const held of [stranger.certPem, root.certPem + stranger.certPem]) {
    const trust = join(folder, 'held.pem');
    writeFileSync(trust, held);
    const net = withoutDns(loopbackNet(trust));
    assert.deepEqual(await seen(t, chain, net), { found: ['unreachable'], ...silent });
  }
});
