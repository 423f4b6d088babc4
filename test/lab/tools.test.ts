import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { authority, leaf } from './certificates.ts';
import { libraryFolders, needs, type Tool } from './debian.ts';
import { freePort } from './ports.ts';
import { startProcess, type OwnProcess } from './process.ts';

// The programs that other tests use as peers must not only be found: each starts here and does its work once.

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-tools-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(t: TestContext, tool: Tool, folder: string, args: readonly string[]): Promise<OwnProcess> {
  const logFile = join(folder, `${tool.name}.log`);
  const own = await startProcess({ name: tool.name, command: tool.path, args, env: tool.env, logFile, cwd: folder });
  t.after(() => own.stop(2_000));
  return own;
}

/** Tries until it works, at most 15 s; says what the program wrote when it never does. */
async function eventually<T>(own: OwnProcess, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + 15_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (own.hasEnded() || performance.now() > until) {
        throw new Error(`${own.name} does not serve:\n${own.lastLines(30)}`, { cause: error });
      }
      await pause(100);
    }
  }
}

test('knotd serves a zone', async (t) => {
  const found = await needs(t, 'knotd');
  if (found === null) return;
  const folder = folderFor(t);
  const port = await freePort();
  writeFileSync(
    join(folder, 'knot.conf'),
    `server:
    rundir: ${folder}
    listen: 127.0.0.1@${String(port)}
log:
  - target: stderr
    any: info
database:
    storage: ${folder}
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
zone:
  - domain: b.example
`,
  );
  writeFileSync(
    join(folder, 'b.example.zone'),
    `$ORIGIN b.example.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
_sipfederationtls._tcp SRV 10 50 5061 sip
sip A 127.0.0.1
`,
  );
  const knot = await start(t, found[0], folder, ['-c', join(folder, 'knot.conf')]);
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${String(port)}`]);
  const records = await eventually(knot, () => resolver.resolveSrv('_sipfederationtls._tcp.b.example'));
  assert.deepEqual(
    records.map(({ name, port: target }) => [name, target]),
    [['sip.b.example', 5061]],
  );
});

test('kamailio answers OPTIONS over TLS', async (t) => {
  const found = await needs(t, 'kamailio');
  if (found === null) return;
  const [kamailio] = found;
  const folder = folderFor(t);
  const port = await freePort();
  const ca = await authority('Kamailio CA');
  const certificate = await leaf({ names: ['sip.b.example'], issuer: ca });
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'cert.pem'), certificate.chainPem);
  writeFileSync(join(folder, 'key.pem'), certificate.keyPem);
  writeFileSync(
    join(folder, 'tls.cfg'),
    `[server:default]
method = TLSv1.2+
certificate = ${join(folder, 'cert.pem')}
private_key = ${join(folder, 'key.pem')}
verify_certificate = no
require_certificate = no
[client:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
`,
  );
  writeFileSync(
    join(folder, 'kamailio.cfg'),
    `#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
enable_tls=yes
auto_aliases=no
listen=tls:127.0.0.1:${String(port)}
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
modparam("tls","config","${join(folder, 'tls.cfg')}")
request_route {
  if (is_method("OPTIONS")) {
    sl_send_reply("200","OK");
    exit;
  }
  sl_send_reply("405","Method Not Allowed");
}
`,
  );
  const modules = libraryFolders(kamailio.root ?? '/').map((each) => join(each, 'kamailio', 'modules'));
  const args = [
    '-f',
    'kamailio.cfg',
    '-DD',
    '-E',
    '-m',
    '16',
    '-M',
    '4',
    '-L',
    modules.join(':'),
    '-Y',
    join(folder, 'run'),
  ];
  const own = await start(t, kamailio, folder, args);
  const answer = await eventually(own, () => askOptions(port, ca.certPem));
  assert.match(answer, /^SIP\/2\.0 200 OK\r\n/);
});

function askOptions(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'sip.b.example', ca }, () => {
      const lines = [
        'OPTIONS sip:b.example SIP/2.0',
        'Via: SIP/2.0/TLS mon.example:5061;branch=z9hG4bKlab1',
        'Max-Forwards: 70',
        'From: <sip:probe@mon.example>;tag=lab',
        'To: <sip:b.example>',
        'Call-ID: lab@mon.example',
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (data: Buffer) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}

test('prometheus becomes ready, promtool checks rules', async (t) => {
  const found = await needs(t, 'prometheus', 'promtool');
  if (found === null) return;
  const [prometheus, promtool] = found;
  const folder = folderFor(t);
  const port = await freePort();
  writeFileSync(
    join(folder, 'rules.yaml'),
    'groups:\n  - name: lab\n    rules:\n      - { record: one, expr: "vector(1)" }\n',
  );
  writeFileSync(join(folder, 'prometheus.yaml'), 'rule_files: [rules.yaml]\n');
  const check = await start(t, promtool, folder, ['check', 'rules', join(folder, 'rules.yaml')]);
  assert.deepEqual(await check.ended, { code: 0, signal: null });
  assert.match(check.lastLines(), /SUCCESS: 1 rules found/);
  const own = await start(t, prometheus, folder, [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ]);
  await eventually(own, async () => {
    const response = await fetch(`http://127.0.0.1:${String(port)}/-/ready`, { signal: AbortSignal.timeout(1_000) });
    assert.equal(response.status, 200);
  });
});
