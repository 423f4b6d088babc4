import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { examineAll } from '../../src/cli/examine-all.ts';
import type { Net } from '../../src/net/net.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { peer } from '../net/loopback.ts';
import { loopbackNet, partner, withoutDns } from './examination.ts';
import { startOpensslServer } from './openssl-server.ts';
import { writer } from '../federation/samples.ts';

// Which versions a server takes, asked of real ones that take each set of them.

const name = 'sip.a.example';
let folder: string;
let root: Authority;
let server: Leaf;
let net: Net;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-versions-'));
  root = await authority('Peers Root');
  server = await leaf({ names: [name], issuer: root });
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  net = withoutDns(loopbackNet(join(folder, 'root.pem')));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function check(port: number, versions: boolean, timeoutMs = 10_000): Promise<CheckReport> {
  const settings = {
    dns: { servers: [{ address: '127.0.0.1', port: 53 }] },
    sip: { domain: 'mon.example', userAgent: 'fedmon/peers' },
  };
  const who = partner('a.example', { route: { host: name, port }, profile: 'direct-routing', timeoutMs });
  const [report] = await examineAll(
    [who],
    { vantage: 'test', identity: writer },
    settings,
    { net, clock: systemClock },
    () => undefined,
    versions,
  );
  assert.ok(report);
  return report;
}

const told = (report: CheckReport): readonly string[] | undefined =>
  report.edges[0]?.tls?.versions?.map(({ version, taken, answer }) => `${version} ${String(taken)}: ${answer}`);

const hello = (version: string): string => `${version} true: ServerHello ${version}`;
const no = (version: string): string => `${version} false: alert 70 protocol_version`;
/** OpenSSL 3 at its usual security level. */
const tooWeak = (version: string): string => `${version} false: alert 80 internal_error`;
const lower = (version: string, answered: string): string => `${version} false: ServerHello ${answered}`;
const [v13, v12, v11, v10] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'] as const;
/** OpenSSL has the old versions only below its usual level of security. */
const weak = ['-cipher', 'ALL@SECLEVEL=0'];

const servers: Readonly<
  Record<string, { flags: readonly string[]; told: readonly string[]; codes: readonly string[] }>
> = {
  everything: {
    flags: weak,
    told: [hello(v13), hello(v12), hello(v11), hello(v10)],
    codes: ['tls_old_versions'],
  },
  'TLS 1.2 and 1.3': { flags: [], told: [hello(v13), hello(v12), tooWeak(v11), tooWeak(v10)], codes: [] },
  'TLS 1.2 only': {
    flags: ['-tls1_2'],
    told: [no(v13), hello(v12), no(v11), no(v10)],
    codes: ['tls_no_version_1_3'],
  },
  'TLS 1.3 only': {
    flags: ['-tls1_3'],
    told: [hello(v13), no(v12), no(v11), no(v10)],
    codes: ['tls_only_version_1_3'],
  },
  'TLS 1.1 only': {
    flags: ['-tls1_1', ...weak],
    told: [no(v13), lower(v12, v11), hello(v11), no(v10)],
    codes: ['tls_version', 'tls_only_old_versions'],
  },
  'TLS 1.0 only': {
    flags: ['-tls1', ...weak],
    told: [no(v13), lower(v12, v10), lower(v11, v10), hello(v10)],
    codes: ['tls_version', 'tls_only_old_versions'],
  },
};

for (const [what, { flags, told: expected, codes }] of Object.entries(servers)) {
  test(`openssl s_server that takes ${what}`, async (t) => {
    const found: readonly [Tool] | null = await needs(t, 'openssl');
    if (found === null) return;
    const running = await startOpensslServer(found[0], { certificate: server, flags });
    t.after(() => running.stop());
    const report = await check(running.serves, true);
    assert.deepEqual(told(report), expected);
    assert.deepEqual(
      report.findings.map(({ code }) => code),
      codes,
    );
  });
}

test('nobody is asked for versions unless told to; silence ends the asking within the time of the examination', async () => {
  const quiet = await peer();
  const started = performance.now();
  const plain = await check(quiet.port, false, 1_500);
  assert.equal(told(plain), undefined);
  const asked = quiet.accepted();
  assert.equal(asked, 1);
  const silent = await check(quiet.port, true, 1_500);
  // The handshake itself may have used up the time; then nothing is said about versions.
  const answers = told(silent) ?? [];
  assert.ok(answers.length <= 1 && answers.every((each) => each.startsWith('TLSv1.3 null: no answer within')));
  assert.ok(quiet.accepted() - asked <= 2);
  assert.ok(performance.now() - started < 2 * 1_500 + 1_000);
  await quiet.stop();
});
