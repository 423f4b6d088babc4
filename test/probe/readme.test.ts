import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { blindFindings } from '../../src/federation/blind-findings.ts';
import { causeFindings } from '../../src/federation/cause/findings.ts';
import { driftFindings } from '../../src/federation/drift-findings.ts';
import { quorumFindings } from '../../src/federation/quorum-findings.ts';
import type { FindingEntry } from '../../src/federation/finding.ts';
import { ownFindings } from '../../src/probe/own/findings.ts';
import { findingCodes, explain, probes } from '../../src/probe/registry.ts';
import { runbookOf } from '../../src/probe/runbook.ts';

const top = join(import.meta.dirname, '../..');

/** The table of findings in each kind's README is made from its catalogue: `UPDATE_README=1` writes it. */
function table(rows: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(rows).map(([code, row]) => {
    const { severity, side, confidence, state, title } = row as FindingEntry;
    return `| \`${code}\` | ${severity} | ${side} | ${confidence} | ${severity === 'note' ? '–' : state} | ${title} |`;
  });
  return ['| code | severity | side | sure | state | title |', '| --- | --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

const catalogues = [
  ...Object.values(probes).map(({ kind, findings }) => ({ kind, folder: `probe/${kind}`, rows: findings.rows })),
  { kind: 'own', folder: 'probe/own', rows: ownFindings.rows },
  { kind: 'drift', folder: 'federation', rows: driftFindings.rows },
  { kind: 'blind', folder: 'federation', rows: blindFindings.rows },
  { kind: 'shared', folder: 'federation', rows: causeFindings.rows },
  { kind: 'vantages', folder: 'federation', rows: quorumFindings.rows },
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

test('a finding that no kind makes is in the README of its room, and has a test of its own', () => {
  const ofKinds = Object.values(probes).flatMap(({ findings }) => Object.keys(findings.rows));
  const standing = findingCodes.filter((code) => !ofKinds.includes(code));
  const all = (pattern: string): string =>
    globSync(pattern, { cwd: top })
      .map((path) => readFileSync(join(top, path), 'utf8'))
      .join('\n');
  const [readmes, tests] = [all('src/**/README.md'), all('test/**/*.test.ts')];
  for (const code of standing) {
    assert.ok(readmes.includes(`\`${code}\``), `no README names ${code}`);
    // A drift is tested by its kind, which is the code without the first word.
    const tested = tests.includes(`'${code}'`) || tests.includes(`'${code.replace(/^drift_/, '')}'`);
    assert.ok(tested, `no test names ${code}`);
  }
  assert.ok(standing.length > 0);
});

test('every finding has a runbook: meaning, impact, diagnosis, mitigation, escalation', () => {
  for (const code of findingCodes) {
    const row = explain(code);
    assert.ok(row, code);
    const { meaning, impact, diagnosis, mitigation, escalation, ask } = runbookOf(row);
    for (const part of [meaning, impact, mitigation, escalation]) assert.match(part, /^\S[^]{3,}\.$/, code);
    assert.match(escalation, ask === null ? /Nothing is sent to the partner\. \S/ : /send its administrator/, code);
    assert.match(diagnosis.join('\n'), /^fedmon check DOMAIN --trace\n(?:dig|nc|openssl) /, code);
    assert.doesNotMatch(ask ?? '', /undefined|NaN|\[object/, code);
  }
});

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
