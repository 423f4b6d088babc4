import type { Sample } from '../probe/probe.ts';
import { isMetricName, metricNames, metrics, type MetricName } from './catalogue.ts';

/** The media type of what `exposition` writes. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** So many lines are written at a stretch; then others may run. A few milliseconds on a slow core. */
export const linesPerSlice = 500;

function escapeLabel(text: string): string {
  // Most values need nothing: one look is cheaper than three replacements.
  if (!/[\\"\n]/.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** One line of the text format 0.0.4, labels in the order of the catalogue. */
export function lineOf(name: MetricName, sample: Sample): string {
  const pairs = metrics[name].labels.map((label) => `${label}="${escapeLabel(sample.labels[label] ?? '')}"`);
  const labels = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${labels} ${String(sample.value)}\n`;
}

function headOf(name: MetricName): string {
  return `# HELP ${name} ${escapeHelp(metrics[name].help)}\n# TYPE ${name} ${metrics[name].type}\n`;
}

const breathe = (): Promise<void> => new Promise((resume) => setImmediate(resume));

/**
 * Samples as text 0.0.4: metrics in catalogue order, samples of one metric in the order given, ending in a newline
 * unless empty. Parts are pulled one by one with pauses, so that a large fleet does not hold up the event loop.
 * Values that are not finite and names that the catalogue does not know are left out.
 */
export async function exposition(
  parts: Iterable<readonly Sample[]>,
  pause: () => Promise<void> = breathe,
): Promise<string> {
  const lines = new Map<MetricName, string[]>();
  let written = 0;
  for (const part of parts) {
    for (const sample of part) {
      if (!isMetricName(sample.metric) || !Number.isFinite(sample.value)) continue;
      const of = lines.get(sample.metric) ?? [];
      if (of.length === 0) lines.set(sample.metric, of);
      of.push(lineOf(sample.metric, sample));
      written += 1;
    }
    if (written >= linesPerSlice) {
      written = 0;
      await pause();
    }
  }
  return join(lines, pause);
}

async function join(lines: ReadonlyMap<MetricName, readonly string[]>, pause: () => Promise<void>): Promise<string> {
  let text = '';
  for (const name of metricNames) {
    const of = lines.get(name);
    if (of === undefined) continue;
    text += headOf(name);
    for (let at = 0; at < of.length; at += linesPerSlice) {
      text += of.slice(at, at + linesPerSlice).join('');
      await pause();
    }
  }
  return text;
}
