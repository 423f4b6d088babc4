import { mostSeries, mostSeriesOf, usualSeriesOfPartner } from './budget.ts';
import { metrics, type MetricEntry } from './catalogue.ts';

function row([name, { type, labels, help, most, about }]: readonly [string, MetricEntry]): string {
  const asked = labels.length === 0 ? '–' : labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${type} | ${asked} | ${help} | ${String(most)} per ${about} |`;
}

/** Every metric as a page of Markdown, from the catalogue. */
export function metricsPage(): string {
  return [
    '# Metrics',
    '',
    'Written by `npm run generate` from the catalogue (`catalogue.ts` and its parts). What a series promises is in `README.md`.',
    'The last column is the most series there can be.',
    '',
    `Budget: a partner that works has ${String(usualSeriesOfPartner)} series (every layer proven, one edge, one code that it ever failed with), and never`,
    `more than ${String(mostSeriesOf('partner'))}; an edge has at most ${String(mostSeriesOf('edge'))}, whoever stands behind it; an exposition holds at most ${mostSeries.toLocaleString('en')} of the fleet.`,
    '',
    '| name | type | labels | meaning | at most |',
    '| ---- | ---- | ------ | ------- | ------- |',
    ...(Object.entries(metrics) as (readonly [string, MetricEntry])[]).map(row),
    '',
  ].join('\n');
}
