import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { version } from '../../src/version.ts';
import { tool } from '../lab/debian.ts';
import type { Result, Scenario, Size } from './scenario.ts';

/** One scenario that was run. */
export interface Row {
  readonly scenario: Pick<Scenario, 'name' | 'says'>;
  readonly size: Size;
  readonly seed: number;
  readonly result: Result;
  readonly tookMs: number;
}

const file = join(import.meta.dirname, 'REPORT.md');

const intro = `# What was measured

Written by \`npm run chaos\`: a section is replaced when its scenario is run again, the others stay. What the rules mean is in README.md.
A section holds what its command did, no more; \`--share 0.3\` made three tenths of what the long form makes.
`;

/** What a figure depends on. */
export async function machine(): Promise<string> {
  const [cpu] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const server = await tool('redis-server');
  const said =
    server === null
      ? ''
      : execFileSync(server.path, ['--version'], { encoding: 'utf8', env: { ...process.env, ...server.env } });
  const redis = /v=([\d.]+)/.exec(said)?.[1] ?? 'unknown';
  return `${cpu?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, ${gigabytes} GB, Linux ${release()}, Node ${process.versions.node}, Redis ${redis}, fedmon ${version}`;
}

function sizeFlags(size: Size): string {
  if (size === 'short') return '';
  return size === 1 ? '--long ' : `--long --share ${String(size)} `;
}

/** A table in Markdown whose columns are as wide as their longest cell; the first row is its head. */
export function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(3, ...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [...lines.slice(0, 1), rule, ...lines.slice(1)];
}

export function sectionOf({ scenario, size, seed, result, tookMs }: Row, where: string, when: string): string {
  const command = `npm run chaos -- ${sizeFlags(size)}--only ${scenario.name} --seed ${String(seed)}`;
  const rows = [['figure', 'value'], ...Object.entries(result.figures).map(([what, figure]) => [what, String(figure)])];
  const wrong = result.wrong.map((each) => `- ${each}`);
  return [
    `## ${scenario.name}`,
    '',
    scenario.says,
    '',
    `\`${command}\`, ${when}, ${String(Math.round(tookMs / 1000))} s. ${where}.`,
    '',
    ...tableOf(rows),
    '',
    wrong.length === 0 ? 'All held.' : `**Not held:**\n\n${wrong.join('\n')}`,
    '',
  ].join('\n');
}

/** The report with this section in place of the one of the same name, or at the end. */
export function withSection(report: string, name: string, section: string): string {
  const parts = report.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`## ${name}\n`));
  if (at < 0) return [...parts.map((part) => `${part.trimEnd()}\n\n`), section].join('');
  return parts.map((part, n) => (n === at ? section : part).trimEnd()).join('\n\n') + '\n';
}

export async function writeReport(rows: readonly Row[]): Promise<void> {
  const where = await machine();
  const when = `${new Date().toISOString().slice(0, 16)}Z`;
  let report = existsSync(file) ? readFileSync(file, 'utf8') : intro;
  for (const row of rows) report = withSection(report, row.scenario.name, sectionOf(row, where, when));
  writeFileSync(file, report);
}
