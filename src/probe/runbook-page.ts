import type { FindingEntry } from '../federation/finding.ts';
import { layers, type Layer } from '../federation/observation.ts';
import { explain, findingCodes } from './registry.ts';
import { runbookOf } from './runbook.ts';

/** What stands below a heading, with what Markdown would take for markup made harmless. */
function text(words: string): string {
  return words.replaceAll(/[<>_*[\]`|]/g, (sign) => `\\${sign}`);
}

function section(code: string, entry: FindingEntry): string {
  const { meaning, impact, diagnosis, mitigation, escalation, ask } = runbookOf(entry);
  const parts: readonly (readonly [string, string])[] = [
    ['Meaning', text(meaning)],
    ['Impact', text(impact)],
    ['Diagnosis', `\`\`\`sh\n${diagnosis.join('\n')}\n\`\`\``],
    ['Mitigation', text(mitigation)],
    ['Escalation', text(escalation) + (ask === null ? '' : `\n\n> ${text(ask)}`)],
  ];
  const body = parts.map(([title, words]) => `### ${title}\n\n${words}`).join('\n\n');
  return `## ${code}\n\n${text(entry.title)}. Severity \`${entry.severity}\`.\n\n${body}\n`;
}

/**
 * The runbooks of all findings, a Markdown page for each layer, with a section for each code: its anchor is the code. Pure:
 * made from the catalogue and from nothing else.
 */
export function runbookPages(): ReadonlyMap<Layer, string> {
  const rows = findingCodes.flatMap((code) => {
    const entry = explain(code);
    return entry === undefined ? [] : [{ code, entry }];
  });
  return new Map(
    layers.flatMap((layer) => {
      const own = rows.filter(({ entry }) => entry.layer === layer).toSorted((a, b) => (a.code < b.code ? -1 : 1));
      if (own.length === 0) return [];
      const list = own.map(({ code, entry }) => `- [${code}](#${code}): ${text(entry.title)}`).join('\n');
      const head = `# Findings of the layer ${layer}\n\nWritten by \`npm run generate\` from the catalogue of findings; do not edit. Words in capitals are to be replaced.\n`;
      return [[layer, [head, `${list}\n`, ...own.map(({ code, entry }) => section(code, entry))].join('\n')] as const];
    }),
  );
}
