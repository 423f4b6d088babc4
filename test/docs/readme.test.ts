import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { partnerStates } from '../../src/federation/state.ts';
import manifest from '../../package.json' with { type: 'json' };
import { stories } from '../lab/stories/all.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the config of the README is accepted as it stands', () => {
  const yaml = /```yaml\n([^]*?)```/.exec(readme)?.[1];
  assert.ok(yaml);
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-readme-'));
  writeFileSync(join(folder, 'fedmon.yaml'), yaml);
  const config = loadConfig(join(folder, 'fedmon.yaml'), {});
  assert.deepEqual(
    config.partners.map(({ domain, everyMs, tier }) => [domain, everyMs, tier]),
    [
      ['contoso.com', 300_000, 'critical'],
      ['fabrikam.com', 60_000, 'standard'],
    ],
  );
  rmSync(folder, { recursive: true });
});

test('every state is explained, every script and file that is named exists', () => {
  for (const state of partnerStates) assert.match(readme, new RegExp(`^\\| \`${state}\``, 'm'));
  const scripts = Array.from(readme.matchAll(/\bnpm (?:run )?(\w+)/g), (match) => match[1] ?? '');
  assert.deepEqual(
    scripts.filter((each) => !(each in manifest.scripts)),
    [],
  );
  const links = Array.from(
    readme.matchAll(/(?:\]\(|`)((?:src|dashboards|helm|test)\/[\w./-]+)[)`]/g),
    (match) => match[1] ?? '',
  );
  assert.ok(links.length >= 8);
  assert.deepEqual(
    links.filter((each) => !existsSync(join(root, each))),
    [],
  );
});

test('the pictures of the README are there, described, and below 300 kB each', () => {
  const pictures = Array.from(readme.matchAll(/!\[([^\]]+)\]\(([\w./-]+\.png)\)/g), ([, words = '', file = '']) => ({
    words,
    file,
  }));
  for (const name of ['fleet', 'partner'])
    assert.ok(
      pictures.some(({ file }) => file.endsWith(`/${name}.png`)),
      name,
    );
  for (const { words, file } of pictures) {
    assert.ok(words.length > 40, file);
    assert.ok(statSync(join(root, file)).size < 300_000, file);
  }
});

test('the number of partners in the demo is the one the README names', () => {
  assert.match(readme, new RegExp(`against ${String(stories.length)} partners`));
});

test('promises in SECURITY.md name tests that exist, each in the table at least one, and files, not folders', () => {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const namedIn = (part: string): readonly string[] =>
    Array.from(part.matchAll(/`(test\/[\w./-]+)`/g), (match) => match[1] ?? '');
  assert.deepEqual(
    namedIn(text).filter((each) => !existsSync(join(root, each))),
    [],
  );
  const table = text.slice(text.indexOf('| promise'), text.indexOf("Of a TLS server's first flight"));
  const rows = table.trim().split('\n').slice(2);
  assert.ok(rows.length >= 28, `${String(rows.length)} promises`);
  for (const row of rows) {
    const files = namedIn(row);
    assert.ok(files.length > 0 && files.every((each) => each.endsWith('.ts')), row);
  }
});
