import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Tool } from '../lab/debian.ts';
import { dataOf } from '../lab/prometheus.ts';

/** Lines of an exposition, as Prometheus would have scraped them from the one exporter at that instant (seconds). */
export function scrapedAt(exposition: string, atSeconds: number): readonly string[] {
  const target = 'job="fedmon",instance="fedmon:9464"';
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return `${name}{${labels === '' ? target : `${target},${labels}`}} ${value} ${String(atSeconds)}`;
    });
}

/** Lines with their instants, written into the data of a Prometheus that does not run. */
export async function writePast(promtool: Tool, folder: string, lines: readonly string[]): Promise<void> {
  const file = join(folder, 'past.txt');
  writeFileSync(file, `${lines.join('\n')}\n# EOF\n`);
  await promisify(execFile)(promtool.path, ['tsdb', 'create-blocks-from', 'openmetrics', file, dataOf(folder)], {
    env: { ...process.env, ...promtool.env },
  });
  rmSync(file);
}
