import type { Sample } from '../probe/probe.ts';
import { isMetricName, metricNames, metrics, type MetricName } from './catalogue.ts';

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

/** One line, labels in the order of the catalogue. */
export function lineOf(name: MetricName, sample: Sample): string {
  const pairs = metrics[name].labels.map((label) => `${label}="${escapeLabel(sample.labels[label] ?? '')}"`);
  const labels = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${labels} ${String(sample.value)}\n`;
}

/** Values that are not finite and names that the catalogue does not know are left out. */
export function written(samples: readonly Sample[]): Written {
  const byMetric = new Map<MetricName, string[]>();
  let series = 0;
  for (const sample of samples) {
    if (!isMetricName(sample.metric) || !Number.isFinite(sample.value)) continue;
    const of = byMetric.get(sample.metric) ?? [];
    if (of.length === 0) byMetric.set(sample.metric, of);
    of.push(lineOf(sample.metric, sample));
    series += 1;
  }
  // Joined, a text is one piece: who keeps it keeps nothing else.
  return { series, lines: new Map([...byMetric].map(([name, lines]) => [name, lines.join('')])) };
}

/** A counter is named without its ending where OpenMetrics describes it. */
function headOf(name: MetricName, format: Format): string {
  const { help, type } = metrics[name];
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${escapeHelp(help)}\n# TYPE ${family} ${type}\n`;
}

/** A text 0.0.4 as OpenMetrics, its end included: the heads of counters lose their ending, and no line may be empty. */
export function asOpenMetrics(text: string): string {
  const heads = text.replace(/^(# (?:HELP|TYPE) \S+)_total(?= )/gm, '$1');
  return `${heads.replace(/^\n/gm, '')}${openMetricsEnd}`;
}

const breathe = (): Promise<void> => new Promise((resume) => setImmediate(resume));

/** So many series are taken at a stretch, and about so many characters are sent; then others may run. */
export const seriesPerSlice = 500;
const charactersPerSlice = 131_072;

/**
 * Parts as text in pieces: metrics in catalogue order, series of one metric in the order given. OpenMetrics is left open:
 * what follows brings its end. Parts are pulled one by one with pauses, so that a large fleet does not hold up the event loop.
 */
export async function* exposition(
  parts: Iterable<Written>,
  format: Format = 'text',
  pause: () => Promise<void> = breathe,
): AsyncGenerator<string, void, undefined> {
  const byMetric = new Map<MetricName, string[]>();
  let taken = 0;
  for (const { series, lines } of parts) {
    for (const [name, text] of lines) {
      const of = byMetric.get(name);
      if (of === undefined) byMetric.set(name, [text]);
      else of.push(text);
    }
    taken += series;
    if (taken < seriesPerSlice) continue;
    taken = 0;
    await pause();
  }
  for (const name of metricNames) {
    const of = byMetric.get(name);
    if (of === undefined) continue;
    yield headOf(name, format);
    for (const piece of piecesOf(of)) {
      yield piece;
      await pause();
    }
  }
}

function* piecesOf(texts: readonly string[]): Generator<string, void, undefined> {
  let [from, length] = [0, 0];
  for (const [at, { length: more }] of texts.entries()) {
    length += more;
    if (length < charactersPerSlice) continue;
    yield texts.slice(from, at + 1).join('');
    [from, length] = [at + 1, 0];
  }
  if (length > 0) yield texts.slice(from).join('');
}
