import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../lab/debian.ts';
import { outcome } from './examination.ts';
import { ground, name, seenOver, verificationOf, type Client } from './tls-ground.ts';

// `openssl s_server` that is right, that demands a certificate of us, and that has nothing in common with us.

const { good, root, nets } = await ground();

test('a server that is all right but for SIP', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const [reversed] = await seenOver(t, found[0], { certificate: good }, [nets.none]);
  assert.ok(reversed);
  assert.deepEqual(outcome(reversed), ['unreachable', 'sip_not_sip']);
  const { endpoint, detail } = reversed.findings[0]?.args ?? {};
  assert.equal(endpoint, `${name}:${String(reversed.edges[0]?.port)} (127.0.0.1)`);
  assert.ok(String(detail).includes('0.2/PIS elpmaxe.a.pis:pis SNOITPO'), `it says what came: ${String(detail)}`);
  assert.deepEqual(
    [verificationOf(reversed), reversed.edges[0]?.tls?.protocol, reversed.layers.tls, reversed.layers.admission],
    ['ok', 'TLSv1.3', 'proven', 'proven'],
  );
  const [silent] = await seenOver(t, found[0], { certificate: good, speaks: '-www' }, [nets.none], 3_000);
  assert.deepEqual(silent && outcome(silent), ['unreachable', 'sip_silent']);
});

test('our certificate is demanded: who is let in, and who is told what', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const clients: readonly Client[] = ['ours', 'none', 'serverOnly', 'expired', 'foreign'];
  // Under TLS 1.2 a refusal breaks the handshake, under TLS 1.3 it follows it.
  const versions = [
    { flag: '-tls1_2', proof: 'not_proven', without: 'alert 40 handshake_failure' },
    { flag: '-tls1_3', proof: 'proven', without: 'alert 116 certificate_required' },
  ];
  for (const { flag, proof, without } of versions) {
    const server = { certificate: good, clients: root.certPem, flags: [flag] };
    const reports = await seenOver(
      t,
      found[0],
      server,
      clients.map((each) => nets[each]),
    );
    assert.deepEqual(
      reports.map((each) => [...outcome(each), each.findings[0]?.args['alert'], each.layers.tls, verificationOf(each)]),
      [
        ['unreachable', 'sip_not_sip', undefined, 'proven', 'ok'],
        ['refused', 'admission_certificate_required', without, proof, 'ok'],
        ['refused', 'admission_refused', 'alert 43 unsupported_certificate', proof, 'ok'],
        ['refused', 'admission_refused', 'alert 45 certificate_expired', proof, 'ok'],
        ['refused', 'admission_refused', 'alert 48 unknown_ca', proof, 'ok'],
      ],
      flag,
    );
  }
});

test('nothing in common: version and suites', async (t) => {
  const found = await needs(t, 'openssl');
  if (found === null) return;
  const old = { certificate: good, flags: ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'] };
  const [tooOld] = await seenOver(t, found[0], old, [nets.none]);
  assert.deepEqual(tooOld && outcome(tooOld), ['misconfigured', 'tls_version']);
  assert.equal(tooOld?.findings[0]?.args['detail'], 'alert 70 protocol_version');

  const plain = { certificate: good, flags: ['-tls1_2', '-cipher', 'NULL@SECLEVEL=0'] };
  const [unencrypted] = await seenOver(t, found[0], plain, [nets.none]);
  assert.deepEqual(unencrypted && outcome(unencrypted), ['misconfigured', 'tls_no_shared_parameters']);
  assert.equal(unencrypted?.findings[0]?.args['detail'], 'alert 40 handshake_failure');
});
