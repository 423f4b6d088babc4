import type { Sample } from '../probe/probe.ts';
import { isMetricName, metricNames, metrics, type MetricName, type Subject } from './catalogue.ts';
import { keptRuns, type Piece } from './runs.ts';

/** The two formats that are spoken; they differ in their heads and their end. */
export type Format = 'text' | 'openmetrics';

export const mediaTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The last line of OpenMetrics. */
export const openMetricsEnd = '# EOF\n';

/** Series as lines, those of one metric together; the same in both formats. */
export interface Written {
  /** What they are about, if it is one of many alike. */
  readonly about: Subject | null;
  readonly series: number;
  readonly lines: ReadonlyMap<MetricName, string>;
}

function escapeLabel(text: string): string {
  // Most values need nothing: one look is cheaper than three replacements.
  if (!/[\\"\n]/.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** What stands before each value of a label in a line of a metric, and before the value of the line. */
const frames: ReadonlyMap<string, readonly string[]> = new Map(
  metricNames.map((name) => {
    const labels: readonly string[] = metrics[name].labels;
    const ends = labels.map((_, at) => (at === labels.length - 1 ? '"} ' : `",${String(labels[at + 1])}="`));
    return [name, labels.length === 0 ? [`${name} `] : [`${name}{${String(labels[0])}="`, ...ends]];
  }),
);

/** Puts a line behind others, labels in the order of the catalogue, as words: what is joined at last leaves no pieces behind. */
function addLine(words: string[], name: MetricName, { labels, value }: Sample): void {
  const frame = frames.get(name) ?? [];
  for (const [at, label] of metrics[name].labels.entries())
    words.push(frame[at] ?? '', escapeLabel(labels[label] ?? ''));
  words.push(frame.at(-1) ?? '', String(value), '\n');
}

/** Values that are not finite and names that the catalogue does not know are left out. */
export function written(samples: readonly Sample[], about: Subject | null = null): Written {
  const lines = new Map<MetricName, string>();
  let series = 0;
  let [open, words]: [MetricName | null, string[]] = [null, []];
  const close = (): void => {
    // Joined, a text is one piece: who keeps it keeps nothing else.
    if (open !== null) lines.set(open, (lines.get(open) ?? '') + words.join(''));
    words = [];
  };
  for (const sample of samples) {
    if (!isMetricName(sample.metric) || !Number.isFinite(sample.value)) continue;
    if (sample.metric !== open) close();
    open = sample.metric;
    addLine(words, open, sample);
    series += 1;
  }
  close();
  return { about, series, lines };
}

/** Two parts as one; no metric is in both. */
export function together(one: Written, other: Written, about: Subject): Written {
  return { about, series: one.series + other.series, lines: new Map([...one.lines, ...other.lines]) };
}

/** A counter is named without its ending where OpenMetrics describes it. */
function headOf(name: MetricName, format: Format): string {
  const { help, type } = metrics[name];
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${escapeHelp(help)}\n# TYPE ${family} ${type}\n`;
}

const headsIn = (format: Format): ReadonlyMap<MetricName, Piece> =>
  new Map(metricNames.map((name) => [name, [headOf(name, format)]]));

const heads: Readonly<Record<Format, ReadonlyMap<MetricName, Piece>>> = {
  text: headsIn('text'),
  openmetrics: headsIn('openmetrics'),
};

/** A text 0.0.4 as OpenMetrics, its end included: the heads of counters lose their ending, and no line may be empty. */
export function asOpenMetrics(text: string): string {
  const heads = text.replace(/^(# (?:HELP|TYPE) \S+)_total(?= )/gm, '$1');
  return `${heads.replace(/^\n/gm, '')}${openMetricsEnd}`;
}

/** Others get a turn. */
export const breathe = (): Promise<void> => new Promise((resume) => setImmediate(resume));

/** So many series are taken at a stretch; then others may run. */
export const seriesPerSlice = 500;

/**
 * Parts in pieces: metrics in catalogue order, series of one metric in the order given. OpenMetrics is left open: what
 * follows brings its end. Parts are pulled one by one with pauses, so that a large fleet does not hold up the event loop.
 */
export async function* exposition(
  parts: Iterable<Written>,
  format: Format = 'text',
  pause: () => Promise<void> = breathe,
  gather = keptRuns(),
): AsyncGenerator<Piece, void, undefined> {
  const { add, done } = gather();
  let taken = 0;
  for (const part of parts) {
    add(part);
    taken += part.series;
    if (taken < seriesPerSlice) continue;
    taken = 0;
    await pause();
  }
  const runs = done();
  for (const name of metricNames) {
    const pieces = runs.flatMap((run) => run.get(name) ?? []);
    const head = heads[format].get(name);
    if (pieces.length > 0 && head !== undefined) yield* [head, ...pieces];
  }
}

/** Pieces as text; others may run after each. */
export async function* plain(
  pieces: AsyncIterable<Piece>,
  pause: () => Promise<void> = breathe,
): AsyncGenerator<string, void, undefined> {
  for await (const texts of pieces) {
    yield texts.join('');
    await pause();
  }
}
