import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { driftFindings } from '../../src/federation/drift-findings.ts';
import type { FindingEntry } from '../../src/federation/finding.ts';
import { findingCodes, explain, probes } from '../../src/probe/registry.ts';

/** The table of findings in each kind's README is made from its catalogue: `UPDATE_README=1` writes it. */
function table(rows: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(rows).map(([code, row]) => {
    const { severity, side, state, title } = row as FindingEntry;
    return `| \`${code}\` | ${severity} | ${side} | ${severity === 'note' ? '–' : state} | ${title} |`;
  });
  return ['| code | severity | side | state | title |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

const catalogues = [
  ...Object.values(probes).map(({ kind, findings }) => ({ kind, folder: `probe/${kind}`, rows: findings.rows })),
  { kind: 'drift', folder: 'federation', rows: driftFindings.rows },
];

describe('README of a kind', () => {
  for (const { kind, folder, rows } of catalogues) {
    test(`${kind} lists its findings as the catalogue has them`, () => {
      const file = join(import.meta.dirname, '../../src', folder, 'README.md');
      const marker = `<!-- findings: ${kind} -->`;
      const text = readFileSync(file, 'utf8');
      const before = text.slice(0, text.indexOf(marker) + marker.length);
      const after = text.slice(before.length).replace(/^\n+(\|[^\n]*\n)*/, '\n');
      const wanted = `${before}\n\n${table(rows)}\n${after}`.trimEnd() + '\n';
      if (process.env['UPDATE_README'] === '1') writeFileSync(file, wanted);
      const plain = (markdown: string) =>
        markdown.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-').replaceAll(/\n+/g, '\n');
      assert.equal(plain(readFileSync(file, 'utf8')), plain(wanted));
    });
  }
});

/** Any argument stands for itself: `args.endpoint` is `ENDPOINT`. */
const shownArgs = new Proxy({}, { get: (_, name) => String(name).toUpperCase() });

test('every finding has words for people: a title, a meaning, a next step, what to send or why not', () => {
  assert.ok(findingCodes.length >= 40);
  for (const code of findingCodes) {
    const row = explain(code);
    assert.ok(row, code);
    assert.match(row.title, /^\S.{8,70}$/, code);
    assert.match(row.means, /\.$/, code);
    assert.match(row.action, /[.:]/, code);
    assert.ok(row.side !== 'unknown' || row.confidence === 'open', `${code}: an unknown side is an open question`);
    if (typeof row.ask === 'function') {
      assert.match(row.ask(shownArgs), /^\S.{20,600}\.$/, code);
      assert.doesNotMatch(row.ask(shownArgs), /undefined|\[object|fedmon|our resolver/i, code);
    } else {
      assert.match(row.ask.none, /^\S.{20,}\.$/, code);
    }
    assert.ok(row.side !== 'ours' || typeof row.ask !== 'function', `${code}: nothing of ours is sent to them`);
  }
});
