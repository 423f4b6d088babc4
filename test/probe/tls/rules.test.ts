import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { x509Rules } from '../../../src/federation/x509-rule.ts';

const file = join(import.meta.dirname, '../../../src/probe/tls/README.md');
const marker = '<!-- rules -->';

test('the README lists the rules for certificates as they are; UPDATE_README=1 writes the table', () => {
  const rows = Object.entries(x509Rules).map(
    ([rule, { weight, source, broken }]) => `| \`${rule}\` | ${weight} | ${source} | ${broken} |`,
  );
  const table = ['| rule | weight | source | what is the case |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const text = readFileSync(file, 'utf8');
  const before = text.slice(0, text.indexOf(marker) + marker.length);
  const after = text.slice(before.length).replace(/^\n+(\|[^\n]*\n)*/, '\n');
  const wanted = `${before}\n\n${table}\n${after}`;
  if (process.env['UPDATE_README'] === '1') writeFileSync(file, wanted);
  const plain = (markdown: string) => markdown.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-').replaceAll(/\n+/g, '\n');
  assert.equal(plain(readFileSync(file, 'utf8')), plain(wanted));
});
