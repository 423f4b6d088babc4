import type { FindingEntry } from '../federation/finding.ts';
import { layers } from '../federation/observation.ts';
import type { Io } from './io.ts';
import { paintFor } from './paint.ts';
import { table } from './table.ts';
import { sideWords, wrap } from './words.ts';

export interface FindingRow {
  readonly code: string;
  readonly entry: FindingEntry;
}

const weights = {
  fail: 'breaks the connection',
  warn: 'works, but needs attention',
  unproven: 'could not be looked at; held against nobody',
  note: 'worth knowing, changes nothing',
} as const;

/** One finding, for a person who meets it for the first time. */
export function renderExplanation({ code, entry }: FindingRow, io: Pick<Io, 'colour' | 'columns'>): string {
  const paint = paintFor(io.colour);
  const width = Math.max(60, Math.min(io.columns ?? 100, 100));
  const paragraph = (text: string): readonly string[] => wrap(text, width - 2).map((line) => `  ${line}`);
  return [
    `${paint.strong(code)}  ${entry.title}`,
    '',
    `  Weight   ${entry.severity}: ${weights[entry.severity]}`,
    `  Layer    ${entry.layer}`,
    `  Side     ${sideWords[entry.side]}`,
    `  State    ${entry.state}, when it is the cause`,
    '',
    paint.strong('What it means'),
    ...paragraph(entry.means),
    '',
    paint.strong('What to do'),
    ...paragraph(entry.action),
    '',
  ].join('\n');
}

/** All findings, bottom layer first. */
export function renderFindings(rows: readonly FindingRow[], io: Pick<Io, 'colour' | 'columns'>): string {
  const height = ({ entry }: FindingRow): number => layers.indexOf(entry.layer);
  const cells = rows
    .toSorted((a, b) => height(a) - height(b))
    .map(({ code, entry }) => [code, entry.layer, entry.severity, entry.side, entry.title]);
  return table(['CODE', 'LAYER', 'WEIGHT', 'SIDE', 'TITLE'], cells, paintFor(io.colour), io.columns);
}
