import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { explain, findingCodes } from '../../src/probe/registry.ts';
import { version } from '../../src/version.ts';
import { folderWithKeys, type Folder } from '../config/files.ts';
import { fedmon } from './run-cli.ts';

const root = join(import.meta.dirname, '..', '..');
const good = 'identity: { domain: mon.example.com, contact: noc@example.com }\npartners: [{ domain: contoso.com }]\n';
const identityLess = 'partners: [{ domain: contoso.com }]\n';

let folder: Folder;
before(async () => {
  folder = await folderWithKeys();
  folder.write('good/fedmon.yaml', good);
  folder.write('bad.yaml', identityLess);
  folder.write('away.yaml', `${good}redis: { url: "redis://fedmon@127.0.0.1:1", passwordFile: password.txt }\n`);
});
after(() => folder.remove());

describe('a wrong command line', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['chek', /^fedmon: unknown command 'chek'\n\(Did you mean check\?\)\nType: npx fedmon --help\n$/],
    ['check', /^fedmon: missing required argument 'domain'\nType: npx fedmon check --help\n$/],
    [
      'check contoso.com --jsn',
      /^fedmon: unknown option '--jsn'\n\(Did you mean --json\?\)\nType: npx fedmon check --help\n$/,
    ],
    [
      'check a..b contoso fabrikam.com 1.2.3.4',
      /^fedmon: 3 of the domains are invalid:\n {2}'a\.\.b': Expected a domain such as contoso\.com\.\n {2}'contoso': Expected .*\n {2}'1\.2\.3\.4': That is an address: .* --route 1\.2\.3\.4 to connect there\.\nType: npx fedmon check --help\n$/,
    ],
    ['check https://contoso.com/x', /^fedmon: domain 'https:\/\/contoso\.com\/x' is invalid\. Type contoso\.com\.\n/],
    ['check sip:bob@contoso.com', /^fedmon: domain 'sip:bob@contoso\.com' is invalid\. Type contoso\.com\.\n/],
    ['partners show bob@contoso.com', /'bob@contoso\.com' is invalid.* Type contoso\.com\.\n/],
    ['check contoso', /^fedmon: domain 'contoso' is invalid\. Expected a domain such as contoso\.com\.\nType/],
    [
      'check contoso.com --profile teams',
      /^fedmon: option '--profile <profile>' argument 'teams' is invalid\. Allowed choices are microsoft-federation, sip/,
    ],
    ['check contoso.com --dns dns.example', /Expected a numeric address such as/],
    ['check contoso.com --route a..b', /Expected a host such as sip\.contoso\.com:5061/],
    ['check contoso.com --allow 10.0.0.0/40', /It cannot be used: the prefix length must be/],
    ['check contoso.com --timeout 5', /Expected a duration from 500ms to 10m, such as 30s/],
    ['check contoso.com --json --nagios', /'--json' cannot be used with option '--nagios'/],
    ['check contoso.com --cert client.pem', /--cert and --key go together/],
    [
      'check contoso.com --cert client.pem --key other.key',
      /--key other\.key: this key does not belong to the certificate client\.pem\.\n$/,
    ],
    ['check contoso.com --ca /etc/passwd', /^fedmon: --ca \/etc\/passwd: no PEM certificate in it\.\n$/],
    ['check contoso.com --ca /nope', /^fedmon: --ca \/nope: no such file\.\n$/],
    ['check contoso.com --ca nowhere.pem', /--ca .*nowhere\.pem: no such file\.\n$/],
    [
      'check contoso.com --config nowhere.yaml',
      /^fedmon: nowhere\.yaml: no such file\. Name the configuration with --config FILE/,
    ],
    ['check contoso.com --config text.txt', /^[^:]*text\.txt:1:1 {2}got "not a certificate", expected settings/],
    ['run --role exporterr', /Expected one of all, scheduler, worker, exporter/],
    [
      'run',
      /^fedmon: There is no configuration \(looked for \.\/fedmon\.yaml, \/etc\/fedmon\/fedmon\.yaml\)\. Name it with --config FILE or FEDMON_CONFIG; /,
    ],
    ['partners shw', /^fedmon: unknown command 'shw'\n\(Did you mean show\?\)\nType: npx fedmon partners --help\n$/],
    ['partners contoso.com', /^fedmon: unknown command 'contoso\.com'\n\(Did you mean show contoso\.com\?\)\n/],
    ['partners frobnicate', /^fedmon: unknown command 'frobnicate'\nType: npx fedmon partners --help\n$/],
    ['partners list contoso.com', /^fedmon: 'list' takes no argument, got 'contoso\.com'\n/],
    ['partners show', /missing required argument 'domain'/],
    ['config chek', /unknown command 'chek'\n\(Did you mean check\?\)/],
    ['explain tcp_refusd', /^fedmon: No finding is called "tcp_refusd"\. Did you mean tcp_refused\?\n$/],
    ['explain zzz', /Type npx fedmon explain for the list\.\n$/],
  ];
  for (const [line, says] of wrong) {
    test(`fedmon ${line}`, async () => {
      const { code, out, err } = await fedmon(line.split(' '), folder.path);
      assert.deepEqual({ code, out }, { code: 2, out: '' });
      assert.match(err, says);
      assert.ok(err.split('\n').length <= 6, 'no more than five lines');
    });
  }

  test('without a command the help goes to stderr', async () => {
    const { code, out, err } = await fedmon([]);
    assert.deepEqual({ code, out }, { code: 2, out: '' });
    assert.match(err, /^Examples:\n/);
  });
});

describe('help and version go to stdout', () => {
  for (const line of ['--help', 'run --help', 'check --help', 'partners --help', 'explain --help', 'config --help']) {
    test(`fedmon ${line} begins with examples`, async () => {
      const { code, out, err } = await fedmon(line.split(' '));
      assert.deepEqual({ code, err }, { code: 0, err: '' });
      assert.match(out, /^Examples:\n {2}npx fedmon /);
    });
  }
  test('fedmon --version', async () => {
    assert.deepEqual(await fedmon(['--version']), { code: 0, out: `${version}\n`, err: '' });
  });
});

describe('fedmon explain', () => {
  test('every code has a title, what it means and what to do', async () => {
    for (const code of findingCodes) {
      const { code: exit, out } = await fedmon(['explain', code]);
      assert.equal(exit, 0);
      assert.match(
        out,
        new RegExp(
          `^${code} {2}\\S.*\\n[^]* {2}Side {5}\\S[^]*What it means\\n {2}\\S[^]*What it does\\n {2}\\S` +
            `[^]*How to look\\n {2}fedmon check [^]*What to do\\n {2}\\S[^]*Who is told\\n {2}Whose side: `,
        ),
      );
      const asks = typeof explain(code)?.ask === 'function';
      assert.match(out, asks ? /\nWhat they are asked\n {2}\S/ : /Nothing is sent to the partner\. /);
    }
  });
  test('without a code: all of them', async () => {
    const { out } = await fedmon(['explain']);
    const listed = out
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(listed.toSorted(), [...findingCodes].toSorted());
    const json = (await fedmon(['explain', '--json'])).out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { code: string }).code);
    assert.deepEqual(json, findingCodes);
  });
});

describe('fedmon config', () => {
  test('check: ./fedmon.yaml is the default', async () => {
    const { code, out } = await fedmon(['config', 'check'], join(folder.path, 'good'));
    assert.equal(code, 0);
    assert.match(out, /fedmon\.yaml is good: 1 partner, 0 maintenance windows\.\n$/);
  });
  test('check: every mistake on stderr, exit code 2', async () => {
    const { code, out, err } = await fedmon(['config', 'check', '--config', 'bad.yaml'], folder.path);
    assert.deepEqual({ code, out }, { code: 2, out: '' });
    assert.match(err, /^[^:]*bad\.yaml:1:1 {2}identity: missing, expected a group of settings/);
  });
  test('print: no secret, also as JSON', async () => {
    const { out } = await fedmon(['config', 'print', '--config', 'away.yaml'], folder.path);
    assert.match(out, /^redis:\n {2}url: redis:\/\/fedmon:\*\*\*@127\.0\.0\.1:1\n/);
    const json = await fedmon(['config', 'print', '--json', '--config', 'away.yaml'], folder.path);
    const { redis } = JSON.parse(json.out) as { redis: unknown };
    assert.deepEqual(redis, { url: 'redis://fedmon:***@127.0.0.1:1', prefix: '{fedmon}' });
  });
  test('schema', async () => {
    const { out } = await fedmon(['config', 'schema']);
    assert.equal(out, readFileSync(join(root, 'src', 'config', 'fedmon.schema.json'), 'utf8'));
  });
});

describe('fedmon partners', () => {
  test('a store that is away: exit code 3, where it was looked for, no secret', async () => {
    const { code, out, err } = await fedmon(['partners', '--config', 'away.yaml'], folder.path);
    assert.deepEqual({ code, out }, { code: 3, out: '' });
    assert.match(
      err,
      /^fedmon: Redis at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\. Is Redis running, and is redis\.url right in .*away\.yaml\?\n$/,
    );
    assert.doesNotMatch(err, /word/);
  });
});
