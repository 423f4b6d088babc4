import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { productionWarnings } from '../../src/config/production.ts';
import { pinnedRoute } from '../../src/federation/partner.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { fedmon } from '../cli/run-cli.ts';

describe('probing in the name of what our people use', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-production-'));
  const file = (name: string): string => join(folder, name);
  const canary = pinnedRoute('sip.example.com', 5061);
  const identity = (domain: string, certFile: string | null) => ({
    domain,
    contact: 'https://mon.example.com',
    certFile: certFile === null ? null : file(certFile),
    keyFile: null,
  });
  before(async () => {
    const root = await authority('Lab');
    for (const [name, host] of [
      ['edge', 'sip.example.com'],
      ['other-edge', 'sip.example.com'],
      ['probe', 'mon.example.com'],
    ] as const) {
      const { certPem, keyPem } = await leaf({ names: [host], issuer: root });
      writeFileSync(file(`${name}.pem`), certPem);
      writeFileSync(file(`${name}.key`), keyPem);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the domain of our own edge, and not one below it or beside it', () => {
    const [warning, ...more] = productionWarnings({ identity: identity('example.com', null), canary });
    assert.match(
      warning ?? '',
      /^identity\.domain example\.com is the domain of our own edge sip\.example\.com \(canary\.host\)\. An edge/,
    );
    assert.deepEqual(more, []);
    for (const domain of ['mon.example.com', 'example.org', 'ample.com']) {
      assert.deepEqual(productionWarnings({ identity: identity(domain, null), canary }), []);
    }
    assert.deepEqual(
      productionWarnings({ identity: identity('example.com', null) }),
      [],
      'nothing is known of an edge',
    );
  });

  test('without a canary: the domain of an edge whose certificate is watched, not one below it', () => {
    const ownCertificates = [{ name: 'edge', certFile: file('edge.pem') }];
    const [warning, ...more] = productionWarnings({ identity: identity('example.com', null), ownCertificates });
    assert.match(
      warning ?? '',
      /^identity\.domain example\.com is the domain of our own edge sip\.example\.com \(ownCertificates edge\)\. An edge/,
    );
    assert.deepEqual(more, []);
    for (const domain of ['mon.example.com', 'example.org', 'com']) {
      assert.deepEqual(productionWarnings({ identity: identity(domain, 'probe.pem'), ownCertificates }), []);
    }
    assert.equal(productionWarnings({ identity: identity('example.com', null), canary, ownCertificates }).length, 1);
  });

  test('the certificate of our own edge, by file or by name, and of every identity', () => {
    const ownCertificates = [{ name: 'edge', certFile: file('edge.pem') }];
    const of = (certFile: string) =>
      productionWarnings({ identity: identity('mon.example.com', certFile), canary, ownCertificates });
    assert.match(of('edge.pem').join(), /^identity\.certFile is the certificate of ownCertificates edge\. /);
    assert.match(
      of('other-edge.pem').join(),
      /^identity\.certFile names our own edge sip\.example\.com \(canary\.host\)\. /,
    );
    assert.deepEqual(of('probe.pem'), []);
    assert.deepEqual(of('nowhere.pem'), [], 'a file that cannot be read is told elsewhere');
    const identities = [{ name: 'lab', certFile: file('edge.pem'), keyFile: file('edge.key') }];
    const named = productionWarnings({
      identity: identity('mon.example.com', 'probe.pem'),
      identities,
      ownCertificates,
    });
    assert.match(named.join(), /^certFile of identity lab is the certificate of ownCertificates edge\. /);
  });

  test('config check and check say it, on stderr', async () => {
    writeFileSync(
      file('fedmon.yaml'),
      'identity: { domain: example.com, contact: noc@example.com, certFile: edge.pem, keyFile: edge.key }\n' +
        'canary: { host: sip.example.com }\ndns: { servers: ["127.0.0.1:1"] }\npartners: [{ domain: contoso.com }]\n',
    );
    const checked = await fedmon(['config', 'check'], folder);
    assert.equal(checked.code, 0);
    assert.match(checked.out, /is good: 1 partner/);
    const lines = checked.err.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^fedmon: warning: identity\.domain example\.com is the domain of our own edge/);
    assert.match(lines[1] ?? '', /^fedmon: warning: identity\.certFile names our own edge sip\.example\.com/);
    const asked = await fedmon(['check', 'contoso.com', '--timeout', '500ms'], folder);
    assert.match(asked.err, /\nfedmon: warning: identity\.domain example\.com is the domain/);
    const machine = await fedmon(['check', 'contoso.com', '--timeout', '500ms', '--json'], folder);
    assert.equal(machine.err, '');
  });
});
