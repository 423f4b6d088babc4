import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { valuesSchema } from '../../helm/src/values-schema.ts';
import { withValues } from '../../helm/src/values-table.ts';
import { renderChartRules } from '../../src/alert/chart-rules.ts';
import { renderRules } from '../../src/alert/render.ts';
import { manual } from '../../src/cli/manual.ts';
import { metricsPage } from '../../src/metrics/table.ts';
import { runbookPages } from '../../src/probe/runbook-page.ts';
import { boards } from './boards.ts';

export const projectRoot = join(import.meta.dirname, '..', '..');
const chart = 'helm/fedmon';

/** The README of the chart is written by hand but for its table. */
function chartReadme(): string {
  const read = (file: string): string => readFileSync(join(projectRoot, chart, file), 'utf8');
  return withValues(read('README.md'), read('values.yaml'));
}

/** Every generated file of the project by its path from the root; the committed ones must equal these. */
export function generated(): ReadonlyMap<string, string> {
  const dashboards = Object.entries(boards).flatMap(([name, make]): [string, string][] => {
    const text = `${JSON.stringify(make(), null, 2)}\n`;
    return [`dashboards/${name}.json`, `${chart}/files/${name}.json`].map((path) => [path, text]);
  });
  return new Map([
    ['src/alert/fedmon.rules.yaml', renderRules()],
    [`${chart}/files/fedmon.rules.yaml`, renderChartRules()],
    [`${chart}/values.schema.json`, valuesSchema()],
    [`${chart}/README.md`, chartReadme()],
    ...dashboards,
    ['src/cli/fedmon.1', manual()],
    ['src/metrics/METRICS.md', metricsPage()],
    ...Array.from(runbookPages(), ([layer, text]) => [`src/alert/runbooks/findings/${layer}.md`, text] as const),
  ]);
}

function writeAll(): void {
  for (const [path, text] of generated()) {
    const file = join(projectRoot, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${path}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeAll();
