import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { alertNames } from '../../src/alert/rules.ts';
import { explain, findingCodes } from '../../src/probe/registry.ts';
import { runbookOf } from '../../src/probe/runbook.ts';
import { runbookPages } from '../../src/probe/runbook-page.ts';

const runbooks = join(import.meta.dirname, '..', '..', 'src', 'alert', 'runbooks');
const parts = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation'];

describe('runbooks', () => {
  const files = readdirSync(runbooks).filter((each) => each !== 'findings');

  it('are one per alert', () => {
    assert.deepEqual(
      files.toSorted(),
      alertNames()
        .map((name) => `${name}.md`)
        .toSorted(),
    );
  });

  it('have the same five parts, each with something in it', () => {
    for (const file of files) {
      const text = readFileSync(join(runbooks, file), 'utf8');
      const sections = text.split(/^## /m);
      assert.equal(sections[0]?.trim(), `# ${file.replace('.md', '')}`);
      assert.deepEqual(
        sections.slice(1).map((part) => part.split('\n')[0]),
        parts,
        file,
      );
      for (const part of sections.slice(1))
        assert.ok(part.split('\n').slice(1).join('').length > 20, `${file}: ${part}`);
    }
  });

  it('promise no text that nothing prints: they say what to copy', () => {
    for (const file of files) {
      const text = readFileSync(join(runbooks, file), 'utf8').replace(/\s+/g, ' ');
      assert.doesNotMatch(text, /the text (from|that|of) /, file);
    }
  });
});

describe('runbooks of findings', () => {
  const folder = join(runbooks, 'findings');
  const pages = [...runbookPages()];

  it('are the committed ones, and there is no other', () => {
    assert.deepEqual(readdirSync(folder).toSorted(), pages.map(([layer]) => `${layer}.md`).toSorted());
    for (const [layer, page] of pages)
      assert.equal(readFileSync(join(folder, `${layer}.md`), 'utf8'), page, `${layer}: run npm run generate`);
  });

  it('have one section for each code, on the page of its layer, and no section of anything else', () => {
    const seen = pages.flatMap(([layer, page]) =>
      Array.from(page.matchAll(/^## (.+)$/gm), ([, code = '']) => [code, layer] as const),
    );
    assert.deepEqual(seen.map(([code]) => code).toSorted(), findingCodes.toSorted());
    for (const [code, layer] of seen) assert.equal(explain(code)?.layer, layer, code);
  });

  it('say in each section the same five parts, with the words of fedmon explain', () => {
    for (const [, page] of pages) {
      for (const section of page.split(/^## /m).slice(1)) {
        const code = section.split('\n')[0] ?? '';
        const row = explain(code);
        assert.ok(row, code);
        const titles = Array.from(section.matchAll(/^### (.+)$/gm), ([, title]) => title);
        assert.deepEqual(titles, parts, code);
        const plain = section.replaceAll('\\', '');
        const { meaning, impact, diagnosis, mitigation, escalation, ask } = runbookOf(row);
        for (const words of [meaning, impact, ...diagnosis, mitigation, escalation, ask ?? ''])
          assert.ok(plain.includes(words.replaceAll('\\', '')), `${code}: ${words}`);
      }
    }
  });

  it('are linked from the list above them, each by its code', () => {
    for (const [, page] of pages) {
      const links = Array.from(page.matchAll(/^- \[(\w+)\]\(#(\w+)\)/gm), ([, name, anchor]) => [name, anchor]);
      const codes = Array.from(page.matchAll(/^## (.+)$/gm), ([, code]) => [code, code]);
      assert.deepEqual(links, codes);
    }
  });
});
