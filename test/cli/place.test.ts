import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findConfig } from '../../src/cli/config-place.ts';
import { domainMeant, domainsIn, insteadOf } from '../../src/cli/domains.ts';
import { commandIn } from '../../src/cli/name.ts';

test('the configuration: --config, then FEDMON_CONFIG, then this folder, then the system', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-place-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  for (const name of ['named.yaml', 'environment.yaml', 'fedmon.yaml', 'system.yaml']) writeFileSync(at(name), '');
  const places = ['fedmon.yaml', at('system.yaml')];
  const env = { FEDMON_CONFIG: 'environment.yaml' };
  const find = (named: string | undefined, environment: NodeJS.ProcessEnv): string | null =>
    findConfig(named, { cwd: folder, env: environment }, places);

  assert.equal(find('named.yaml', env), at('named.yaml'));
  assert.equal(find(undefined, env), at('environment.yaml'));
  assert.equal(find(undefined, { FEDMON_CONFIG: '' }), at('fedmon.yaml'));
  rmSync(at('fedmon.yaml'));
  assert.equal(find(undefined, {}), at('system.yaml'));
  rmSync(at('system.yaml'));
  assert.equal(find(undefined, {}), null);
  assert.throws(() => find('away.yaml', env), { code: 'usage', message: /^away\.yaml: no such file\. / });
  const gone = { FEDMON_CONFIG: 'gone.yaml' };
  assert.throws(() => find(undefined, gone), { message: /^FEDMON_CONFIG names gone\.yaml: no such file\. / });
});

test('the command to type is npx fedmon in a checkout, fedmon where it is installed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-name-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(commandIn(folder, false), 'fedmon');
  assert.equal(commandIn(folder, true), 'npx fedmon');
  mkdirSync(join(folder, '.git'));
  assert.equal(commandIn(folder, false), 'npx fedmon');
  assert.equal(commandIn('/usr/lib/node_modules/fedmon', true), 'fedmon');
});

test('what people paste instead of a domain is understood', () => {
  const pasted = [
    'https://contoso.com/x',
    'HTTPS://Contoso.com:443/?q',
    'sip:bob@contoso.com',
    'sips:bob@contoso.com;transport=tls',
    'bob@contoso.com',
    'contoso.com:5061',
    ' contoso.com ',
  ];
  assert.deepEqual(
    pasted.map(domainMeant),
    pasted.map(() => 'contoso.com'),
  );
  assert.deepEqual(['contoso', 'a..b', 'sip:bob', 'https://[::1]/', ''].map(domainMeant), [
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.match(insteadOf('2001:db8::1'), /--route 2001:db8::1 to connect there\.$/);
  assert.deepEqual(domainsIn(['B.example', 'x', 'a.example', 'b.example.']), {
    domains: ['b.example', 'a.example'],
    wrong: ['x'],
  });
});
