import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine, tableOf, withSection } from '../chaos/report.ts';
import type { Figure } from './figures.ts';
import type { Section } from './section.ts';

export const reportFile = join(import.meta.dirname, 'REPORT.md');

const intro = `# What it costs

Written by \`npm run bench\`, a section by each run of it (\`README.md\` says how). Costs are processor time of whole processes, medians of rounds in turn, with the least and the most.
`;

const said = (held: boolean | undefined): string => (held === undefined ? '' : held ? 'held' : '**not held**');

export function rowsOf(figures: readonly Figure[]): readonly (readonly string[])[] {
  return [
    ['', 'measured', 'wanted', ''],
    ...figures.map(({ what, value, wanted = '', held }) => [what, value, wanted, said(held)]),
  ];
}

export function sectionOf({ name, says }: Section, figures: readonly Figure[], how: string): string {
  return [`## ${name}`, '', says, '', how, '', ...tableOf(rowsOf(figures)), ''].join('\n');
}

/** Puts what a section found in the place of what it found before. */
export async function writeSection(
  section: Section,
  figures: readonly Figure[],
  how: string,
  others: readonly string[],
): Promise<void> {
  const report = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : intro;
  const where = `${how}, ${new Date().toISOString().slice(0, 16)}Z. ${[await machine(), ...others].join(', ')}.`;
  writeFileSync(reportFile, withSection(report, section.name, sectionOf(section, figures, where)));
}
