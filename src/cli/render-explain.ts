import type { FindingEntry } from '../federation/finding.ts';
import { layers } from '../federation/observation.ts';
import { sideInWords } from '../federation/side.ts';
import { runbookOf } from '../probe/runbook.ts';
import type { Io } from './io.ts';
import { paintFor } from './paint.ts';
import { table } from './table.ts';
import { wrap } from './words.ts';

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
  const section = (title: string, text: string): readonly string[] => [paint.strong(title), ...paragraph(text), ''];
  const runbook = runbookOf(entry);
  return [
    `${paint.strong(code)}  ${entry.title}`,
    '',
    `  Weight   ${entry.severity}: ${weights[entry.severity]}`,
    `  Layer    ${entry.layer}`,
    `  Side     ${sideInWords(entry.side, entry.confidence)}`,
    `  State    ${entry.state}, when it is the cause`,
    '',
    ...section('What it means', runbook.meaning),
    ...section('What it does', runbook.impact),
    paint.strong('How to look'),
    ...runbook.diagnosis.map((line) => `  ${line}`),
    '',
    ...section('What to do', runbook.mitigation),
    ...section('Who is told', runbook.escalation),
    ...(runbook.ask === null ? [] : section('What they are asked', runbook.ask)),
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
