import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SelfReport } from '../../src/probe/self.ts';
import { authority, leaf, serverAuth, type Authority, type LeafOptions } from '../lab/certificates.ts';
import { startDnsServer, type DnsServer, type ZoneEntry } from '../lab/dns-server.ts';
import { sipEdge, type LabEdge } from '../lab/edges.ts';
import { golden } from './golden.ts';
import { fedmon, type Ended } from './run-cli.ts';

const dayMs = 86_400_000;

describe('fedmon check --self', () => {
  let folder: string;
  let root: Authority;
  let dns: DnsServer;
  let edge: LabEdge;
  const at = (name: string): string => join(folder, name);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fedmon-self-'));
    root = await authority('Self Root');
    writeFileSync(at('root.pem'), root.certPem);
    dns = await startDnsServer();
    const certificate = await leaf({ names: ['sip.ours.example', 'edge.elsewhere.example'], issuer: root });
    edge = await sipEdge({ certificate, clientAuthority: root.certPem });
    publish('sip.ours.example');
  });
  after(async () => {
    await Promise.all([dns.stop(), edge.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  function publish(target: string, srv?: ZoneEntry): void {
    dns.zone.clear();
    dns.zone.set('ours.example TXT', [{ type: 'TXT', data: 'ours' }]);
    const record = { type: 'SRV' as const, priority: 0, weight: 0, port: edge.port, target };
    dns.zone.set('_sipfederationtls._tcp.ours.example SRV', srv ?? [record]);
    dns.zone.set(`${target} A`, [{ type: 'A', data: edge.address }]);
  }

  async function show(options: Partial<LeafOptions> = {}): Promise<void> {
    const shown = await leaf({ names: ['sip.ours.example'], issuer: root, ...options });
    writeFileSync(at('ours.pem'), shown.chainPem);
    writeFileSync(at('ours.key'), shown.keyPem);
  }

  const run = (...words: readonly string[]): Promise<Ended> => {
    const reach = ['--dns', `127.0.0.1:${String(dns.port)}`, '--allow', '127.0.0.0/8', '--ca', at('root.pem')];
    const identity = ['--cert', at('ours.pem'), '--key', at('ours.key'), '--timeout', '5s'];
    return fedmon(['check', '--self', ...words, ...reach, ...identity], folder);
  };

  async function seen(): Promise<{ code: number; report: SelfReport; codes: readonly string[] }> {
    const { code, out } = await run('ours.example', '--json');
    const report = JSON.parse(out) as SelfReport;
    const sides: readonly string[] = report.findings.map(({ side }) => side);
    assert.ok(sides.every((side) => side === 'ours'));
    return { code, report, codes: report.findings.filter((each) => each.severity !== 'note').map((each) => each.code) };
  }

  /** What differs from run to run stands as a word. */
  const steady = (text: string): string =>
    text
      .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?/g, 'DATE')
      .replaceAll(String(edge.port), 'PORT')
      .replaceAll(/, from \S+,/g, ', from HERE,');

  test('all good: a partner would admit us', async () => {
    await show();
    publish('sip.ours.example');
    const { code, report, codes } = await seen();
    assert.deepEqual([code, report.verdict, codes], [0, 'admitted', []]);
    assert.deepEqual(report.targets, ['sip.ours.example']);
    assert.equal(report.examination.state, 'healthy');
    golden('self-good.txt', steady((await run('ours.example')).out));
  });

  test('our SRV record leads outside the domain: the certificate names the target, and still partners refuse us', async () => {
    await show({ names: ['edge.elsewhere.example'] });
    publish('edge.elsewhere.example');
    const { code, report, codes } = await seen();
    assert.deepEqual([code, report.verdict, codes], [1, 'refused', ['dns_srv_foreign']]);
    assert.deepEqual([report.examination.cause?.side, report.examination.cause?.letter], ['ours', null]);
    const { out } = await run('ours.example');
    assert.match(out, /Side {4}ours\n/);
    assert.doesNotMatch(out, /theirs/);
    golden('self-srv-outside.txt', steady(out));
  });

  test('our client certificate lacks the SRV target, or has it only as a wildcard', async () => {
    publish('sip.ours.example');
    for (const names of [['mon.ours.example'], ['*.ours.example']]) {
      await show({ names });
      const { code, report, codes } = await seen();
      assert.deepEqual([code, report.verdict, codes], [1, 'refused', ['own_certificate_name']]);
    }
    golden('self-name.txt', steady((await run('ours.example')).out));
  });

  test('a certificate that is about to expire is a doubt; one that expired, or is not valid yet, is refused', async () => {
    publish('sip.ours.example');
    const days = (count: number): Date => new Date(Date.now() + count * dayMs);
    await show({ notBefore: days(-80), notAfter: days(20) });
    const soon = await seen();
    assert.deepEqual([soon.code, soon.report.verdict, soon.codes], [0, 'doubtful', ['own_certificate_expiring']]);
    await show({ notBefore: days(-80), notAfter: days(-1) });
    const over = await seen();
    assert.deepEqual([over.code, over.report.verdict], [1, 'refused']);
    assert.ok(over.codes.includes('own_certificate_expired'), over.codes.join());
    await show({ notBefore: days(1), notAfter: days(80) });
    const early = await seen();
    assert.deepEqual([early.code, early.report.verdict], [1, 'refused']);
    assert.ok(early.codes.includes('own_certificate_not_yet_valid'), early.codes.join());
  });

  test('a certificate without client authentication: an edge on OpenSSL refuses it', async () => {
    publish('sip.ours.example');
    await show({ eku: [serverAuth] });
    const { code, report, codes } = await seen();
    assert.deepEqual([code, report.verdict], [1, 'refused']);
    assert.ok(codes.includes('own_certificate_no_client_auth'), codes.join());
    assert.ok(
      report.findings.some(({ layer, severity }) => layer === 'admission' && severity === 'fail'),
      codes.join(),
    );
  });

  test('where no certificate of ours is known, nothing is proven of it', async () => {
    publish('sip.ours.example', 'nxdomain');
    const reach = ['--dns', `127.0.0.1:${String(dns.port)}`, '--allow', '127.0.0.0/8', '--json'];
    const { code, out } = await fedmon(['check', '--self', 'ours.example', ...reach], folder);
    const { verdict, certificates, findings } = JSON.parse(out) as SelfReport;
    assert.deepEqual([code, verdict, certificates], [1, 'refused', []]);
    assert.deepEqual(
      findings.map((each) => each.code),
      ['dns_srv_missing', 'own_certificate_none', 'dns_client_records'],
    );
  });

  test('no SRV record is a refusal; a resolver that is silent proves nothing against us', async () => {
    await show();
    publish('sip.ours.example', 'nxdomain');
    const missing = await seen();
    assert.deepEqual([missing.code, missing.report.verdict, missing.codes], [1, 'refused', ['dns_srv_missing']]);
    publish('sip.ours.example', 'silence');
    const silent = await seen();
    assert.deepEqual([silent.report.verdict, silent.report.targets], ['not_proven', null]);
    assert.deepEqual(silent.codes, ['dns_resolver_silent']);
    assert.equal(silent.code, 3);
  });

  test('without a domain: the one of the identity; where none is configured it says so', async () => {
    await show({ names: ['mon.ours.example'] });
    publish('sip.ours.example');
    const none = await run();
    assert.equal(none.code, 2);
    assert.match(
      none.err,
      /fedmon: --self: identity\.domain is not configured \(there is no configuration\)\. Set it, or/,
    );
    const config = [
      'identity:',
      '  domain: ours.example',
      '  contact: noc@ours.example',
      `  certFile: ${at('ours.pem')}`,
      `  keyFile: ${at('ours.key')}`,
      'partners:',
      '  - domain: contoso.example',
      '',
    ].join('\n');
    writeFileSync(at('own.yaml'), config);
    const { code, out } = await run('--config', at('own.yaml'), '--json');
    const report = JSON.parse(out) as SelfReport;
    assert.deepEqual([code, report.domain, report.verdict], [1, 'ours.example', 'refused']);
    assert.deepEqual(report.certificates.map(({ name, held }) => [name, held]).slice(0, 1), [['default', true]]);
    const conflict = await run('--tap');
    assert.equal(conflict.code, 2);
  });
});
