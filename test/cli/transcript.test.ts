import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { folderWithKeys, type Folder } from '../config/files.ts';
import { golden } from './golden.ts';
import { fedmon } from './run-cli.ts';

const config = `redis: { url: "redis://fedmon@127.0.0.1:6379", passwordFile: password.txt }
vantage: paris-1
identity: { domain: mon.example.com, contact: noc@example.com, certFile: client.pem, keyFile: client.key }
dns: { servers: ["127.0.0.1:53"] }
maintenance: [{ partners: [fabrikam.com], from: 2026-03-01T10:00:00Z, until: 2026-03-01T12:00:00Z, reason: a new edge }]
partners:
  - { domain: contoso.com, name: Contoso, tier: critical, owner: team-uc, contact: noc@contoso.com }
  - { domain: fabrikam.com, every: 1m, route: { host: edge.fabrikam.com, port: 5061 } }
`;

const mistakes = `identity: { domain: mon.example.com, contact: noc@example.com }
defaults: { evry: 5m, timeout: 30 }
partners:
  - { domain: contoso.com, tier: "" }
  - { domain: contoso.com }
`;

const csv = `#TYPE Microsoft.Rtc.Management.WritableConfig.Settings.Edge.AllowedDomain
"Identity","Domain","ProxyFqdn","Comment"
"contoso.com","contoso.com",,"Contoso, Ltd"
"northwind.example","northwind.example","edge.northwind.example","\u001b[31mNorthwind"
"tailspin.example","Tailspin.Example",,
"tailspin.example","tailspin.example",,
"*.wildcard.example","*.wildcard.example",,
"192.0.2.7","192.0.2.7",,
"pinned.example","pinned.example","not a host",
"mon.example.com","mon.example.com",,
`;

let folder: Folder;
let service: Server;
before(async () => {
  folder = await folderWithKeys();
  folder.write('fedmon.yaml', config);
  folder.write('mistakes.yaml', mistakes);
  folder.write('allowed.csv', csv);
  folder.write('plain.txt', '# ours\nfabrikam.example\nadatum.example # the big one\n');
  folder.write('prose.txt', 'Dear colleague,\n');
  mkdirSync(join(folder.path, 'elsewhere'));
  service = createServer(({ url }, response) => {
    const well = url === '/-/healthy';
    response.writeHead(well ? 200 : 503).end(well ? 'ok\n' : 'The store cannot be read.\n');
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
after(() => {
  service.close();
  folder.remove();
});

const port = (): string => String((service.address() as AddressInfo).port);

/** All that a command line says and how it ends; what differs from run to run stands as a word. */
async function transcript(line: string, cwd = folder.path, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, out, err } = await fedmon(line === '' ? [] : line.split(' '), cwd, env);
  const said = `$ fedmon ${line}\n${out}--- stderr\n${err}--- exit code ${String(code)}\n`;
  return said
    .replaceAll(/(\.\.\/)+(?=tmp\/)|\/(?=tmp\/)/g, '/')
    .replaceAll(folder.path, 'FOLDER')
    .replaceAll(port(), 'PORT');
}

/** The command lines of one file, as somebody would type them one after the other. */
async function session(lines: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv): Promise<string> {
  const said: string[] = [];
  for (const line of lines) said.push(await transcript(line, cwd, env));
  return said.join('\n');
}

describe('all that a command says, octet for octet', () => {
  test('import', async () => {
    const lines = [
      'import allowed.csv',
      'import allowed.csv --tier critical --owner team-uc --json',
      'import plain.txt',
    ];
    golden('import.txt', await session(lines));
  });
  test('import of what is no list', async () => {
    const lines = [
      'import prose.txt',
      'import nowhere.csv',
      'import elsewhere',
      'import',
      'import plain.txt --tir gold',
    ];
    golden('import-refused.txt', await session(lines));
  });
  test('explain a finding: theirs, ours, one about which nothing is sent, one that does not exist', async () => {
    const codes = ['tcp_refused', 'own_certificate_name', 'dns_resolver_silent', 'tcp_refusd'];
    golden('explain.txt', await session(codes.map((code) => `explain ${code}`)));
  });
  test('explain as JSON', async () => golden('explain.json.txt', await transcript('explain tcp_refused --json')));
  test('explain all', async () => golden('explain-all.txt', await transcript('explain')));
  test('config check: good, and every mistake at once', async () => {
    const lines = ['config check', 'config check --config mistakes.yaml', 'config check --config nowhere.yaml'];
    golden('config-check.txt', await session(lines));
  });
  test('config print: no secret in it', async () => {
    golden('config-print.txt', await session(['config print', 'config print --json']));
  });
  test('config without one', async () => {
    golden('config-none.txt', await session(['config print', 'config'], join(folder.path, 'elsewhere')));
  });
  test('health', async () => {
    const env = { FEDMON_LISTEN: `127.0.0.1:${port()}` };
    const lines = ['health', 'health --ready', 'health --role exportr'];
    golden('health.txt', await session(lines, folder.path, env));
  });
  test('health where nobody listens', async () => {
    golden('health-nobody.txt', await transcript('health', folder.path, { FEDMON_LISTEN: '127.0.0.1:1' }));
  });
  test('the help of every command', async () => {
    const commands = ['', 'run', 'health', 'check', 'partners', 'partners list', 'partners show', 'ledger', 'baseline'];
    const more = ['baseline show', 'baseline accept', 'explain', 'alerts', 'config', 'import', 'completion'];
    golden('help.txt', await session([...commands, ...more].map((each) => `${each} --help`.trimStart())));
  });
});
