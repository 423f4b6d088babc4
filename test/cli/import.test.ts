import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { largestList } from '../../src/cli/read-list.ts';
import { folderWithKeys, type Folder } from '../config/files.ts';
import { fedmon } from './run-cli.ts';

const config = [
  'identity: { domain: mon.example.com, contact: noc@example.com }',
  'partners: [{ domain: contoso.com }]',
  'include: [partners.d/*.yaml]',
  '',
].join('\n');

describe('fedmon import', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
    mkdirSync(join(folder.path, 'partners.d'));
    folder.write('fedmon.yaml', config);
    folder.write(
      'list.csv',
      'Domain,ProxyFqdn,Comment\ncontoso.com,,\nfabrikam.com,edge.fabrikam.com,"Fabrikam: # 1"\n',
    );
    folder.write('mixed.txt', 'northwind.example\n*.northwind.example\nmon.example.com\n');
  });
  after(() => folder.remove());

  test('what is printed can be included, and only what is new is in it', async () => {
    const { code, out, err } = await fedmon(['import', 'list.csv', '--tier', 'critical'], folder.path);
    assert.equal(
      out,
      '# From list.csv: 1 partner.\n\npartners:\n' +
        '  - { domain: fabrikam.com, name: "Fabrikam: # 1", tier: critical, route: { host: edge.fabrikam.com } }\n',
    );
    assert.match(
      err,
      /^list\.csv: 1 partner, 1 left out:\n {2}line 2 {5}contoso\.com {2}already in .*fedmon\.yaml or a file that it includes\nNext: name the file under include in fedmon\.yaml, then type npx fedmon config check\.\n$/,
    );
    assert.equal(code, 0, 'nothing is lost');
    writeFileSync(join(folder.path, 'partners.d', 'list.yaml'), out);
    assert.match((await fedmon(['config', 'check'], folder.path)).out, /is good: 2 partners/);
    const again = await fedmon(['import', 'list.csv'], folder.path);
    assert.deepEqual([again.code, again.out], [0, '# From list.csv: 0 partners.\n\npartners: []\n']);
  });

  test('what cannot be used is named, and the exit code says so', async () => {
    const { code, out, err } = await fedmon(['import', 'mixed.txt', '--json'], folder.path);
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), {
      partners: [{ domain: 'northwind.example' }],
      leftOut: [
        {
          line: 2,
          text: '*.northwind.example',
          why: 'a wildcard stands for many domains: name those to watch',
          lost: true,
        },
        { line: 3, text: 'mon.example.com', why: 'our own domain', lost: false },
      ],
    });
    assert.match(err, /^mixed\.txt: 1 partner, 2 left out:\n {2}line 2 /);
  });

  test('UTF-16 as Windows PowerShell redirects it', async () => {
    writeFileSync(join(folder.path, 'utf16.txt'), Buffer.from('\uFEFFDomain\r\nfabrikam.example\r\n', 'utf16le'));
    const { code, out } = await fedmon(['import', 'utf16.txt'], folder.path);
    assert.equal(code, 0);
    assert.match(out, /- \{ domain: fabrikam\.example \}/);
  });

  test('files that are no lists', async () => {
    writeFileSync(join(folder.path, 'latin1.txt'), Buffer.from([0x62, 0xfc, 0x2e]));
    folder.write('prose.txt', 'no domains here\n');
    folder.write('empty.txt', '');
    folder.write('large.txt', `a.example\n#${'x'.repeat(largestList - 11)}`);
    folder.write('larger.txt', `a.example\n#${'x'.repeat(largestList - 10)}`);
    const said = async (...argv: readonly string[]): Promise<string> => {
      const { code, out, err } = await fedmon(['import', ...argv], folder.path);
      assert.deepEqual({ code, out }, { code: 2, out: '' });
      return err;
    };
    assert.equal(await said('nowhere.csv'), 'fedmon: nowhere.csv: no such file.\n');
    assert.equal(await said('partners.d'), 'fedmon: partners.d: is a folder.\n');
    assert.match(await said('latin1.txt'), /is neither UTF-8 nor UTF-16 text\. Save it as UTF-8\.\n$/);
    assert.match(await said('prose.txt'), /names no domain \(line 1: 'no' is not a domain such as contoso\.com\)/);
    assert.match(await said('empty.txt'), /names no domain \(it is empty\)\. Expected a CSV with a column Domain/);
    assert.equal(await said('larger.txt'), 'fedmon: larger.txt: is larger than 8 MB.\n');
    assert.equal((await fedmon(['import', 'large.txt'], folder.path)).code, 0);
    assert.match(await said('mixed.txt', '--tier', ''), /^fedmon: --tier: expected /);
  });
});
