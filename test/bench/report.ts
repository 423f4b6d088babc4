import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine, tableOf } from '../chaos/report.ts';
import type { KeyType } from './edges.ts';

/** One round of one side. */
export interface Measured {
  readonly probes: number;
  readonly perSecond: number;
  /** Processor time a probe by process, milliseconds. */
  readonly parts: Readonly<Record<string, number>>;
}

/** The rounds of both sides, made in turn. */
export interface Compared {
  readonly keyType: KeyType;
  readonly ours: readonly Measured[];
  readonly theirs: readonly Measured[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

export const total = ({ parts }: Measured): number => Object.values(parts).reduce((sum, each) => sum + each, 0);

/** The ratio of the medians: below 1 fedmon is cheaper. */
export function ratioOf({ ours, theirs }: Pick<Compared, 'ours' | 'theirs'>): number {
  return median(ours.map(total)) / median(theirs.map(total));
}

const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

function sideRows(name: string, rounds: readonly Measured[]): readonly (readonly string[])[] {
  const parts = Object.keys(rounds[0]?.parts ?? {});
  const pace = median(rounds.map(({ perSecond }) => perSecond)).toFixed(0);
  return [
    [`${name}, at ${pace}/s`, spread(rounds.map(total))],
    ...parts.map((part) => [`- ${part}`, spread(rounds.map((round) => round.parts[part] ?? 0))]),
  ];
}

function sectionOf(compared: Compared): readonly string[] {
  const rows = [
    ['', 'ms of processor a probe: median (least to most)'],
    ...sideRows('fedmon', compared.ours),
    ...sideRows('blackbox_exporter', compared.theirs),
    ['ratio of the medians', ratioOf(compared).toFixed(2)],
  ];
  return [`## A distinct edge, ${compared.keyType}`, '', ...tableOf(rows), ''];
}

const intro = `# What a probe costs

Written by \`npm run bench\`. Both sides probe the same servers at the same pace, in turn: TCP, a full TLS 1.3 handshake with a client
certificate, OPTIONS and its answer. Of fedmon all is counted: DNS, queue, store (a Redis that writes its append-only file), judgement, exporter, and a Prometheus that scrapes every 15 s.
The other side looks no names up, and keeps one sample of a probe and no evidence.
`;

export async function writeBenchReport(all: readonly Compared[], args: readonly string[]): Promise<void> {
  const command = `\`npm run bench${args.length === 0 ? '' : ` -- ${args.join(' ')}`}\`, ${new Date().toISOString().slice(0, 16)}Z. ${await machine()}.`;
  const text = [intro, command, '', ...all.flatMap(sectionOf)].join('\n');
  writeFileSync(join(import.meta.dirname, 'REPORT.md'), `${text.trimEnd()}\n`);
}
