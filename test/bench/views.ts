import { measureExporter, type Measured } from './exporter.ts';
import { median, spread, type Figure } from './figures.ts';
import type { BenchOptions, Section } from './section.ts';
import { toFirstByte, toReady, type Started } from './start.ts';

const partners = 10_000;
const edges = 1_000;
const requests = 4;
/** Of a process that is short-lived more are started. */
const starts = 10;

/** What is wanted of one sort of request: processor time and the longest stretch of it without a turn of the event loop, milliseconds; bytes as they were sent. */
interface Wanted {
  readonly cpuMs: number;
  readonly stretchMs: number;
  readonly bytes?: number;
}

const wanted: Readonly<Record<string, Wanted>> = {
  '/metrics': { cpuMs: 300, stretchMs: 50 },
  '/': { cpuMs: 200, stretchMs: 50, bytes: 300_000 },
  '/partners/partner-77.example.com': { cpuMs: 50, stretchMs: 50 },
};

function figure(what: string, values: readonly number[], most: number | undefined, unit: string, digits = 0): Figure {
  const value = spread(values, unit, digits);
  if (most === undefined) return { what, value };
  return { what, value, wanted: `below ${String(most)}${unit}`, held: median(values) < most };
}

function ofRequest(path: string, coding: string, rounds: readonly Measured[]): readonly Figure[] {
  const most = wanted[path];
  const name = `${path}, ${coding}`;
  return [
    figure(
      `${name}: processor time`,
      rounds.map(({ cpuMs }) => cpuMs),
      most?.cpuMs,
      ' ms',
    ),
    figure(
      `${name}: on the wall, the slowest`,
      rounds.map(({ tookMs }) => tookMs),
      undefined,
      ' ms',
    ),
    figure(
      `${name}: without a turn of the loop`,
      rounds.map(({ maxCpuMs }) => maxCpuMs),
      most?.stretchMs,
      ' ms',
      1,
    ),
    figure(
      `${name}: sent`,
      rounds.map(({ bytes }) => bytes / 1_000),
      most?.bytes === undefined ? undefined : most.bytes / 1_000,
      ' kB',
      1,
    ),
  ];
}

function ofStart(what: string, all: readonly Started[], most: number): readonly Figure[] {
  return [
    figure(
      `${what}, while it had a processor`,
      all.map(({ ownMs }) => ownMs),
      most,
      ' ms',
    ),
    figure(
      `${what}, on the wall`,
      all.map(({ wallMs }) => wallMs),
      undefined,
      ' ms',
    ),
    figure(
      `${what}, processor time`,
      all.map(({ cpuMs }) => cpuMs),
      undefined,
      ' ms',
    ),
  ];
}

async function run({ rounds, say }: BenchOptions): Promise<readonly Figure[]> {
  const measured: (readonly Measured[])[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${String(round)} of ${String(rounds)}: an exporter of ${String(partners)} partners`);
    measured.push(await measureExporter(partners, edges, requests));
  }
  const first = measured[0] ?? [];
  const figures = first.flatMap(({ path, coding }, at) =>
    ofRequest(
      path,
      coding,
      measured.flatMap((all) => all[at] ?? []),
    ),
  );
  say('starts');
  return [
    ...figures,
    ...ofStart('exporter, start to ready', await toReady(partners, rounds), 3_000),
    ...ofStart('fedmon check, start to the first byte', await toFirstByte(starts), 250),
  ];
}

export const viewsSection: Section = {
  name: 'views',
  says: `What is seen of ${partners.toLocaleString('en')} partners with two edges each of ${edges.toLocaleString('en')}, from an exporter in a process of its own. Processor time is all that it spends for one request, on every thread: reading the store, making the text, packing and sending it, and what a collection of the heap falls into that time. Each request comes more than a second after the last, so that each reads the store anew. "A tenth new": every tenth partner and all edges were examined since the last scrape. A start is measured after one that has compiled the sources.`,
  long: false,
  run,
};
