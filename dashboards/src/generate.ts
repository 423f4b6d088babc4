import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderRules } from '../../src/alert/render.ts';
import { defaultPlaces } from '../../src/alert/rules.ts';
import { fleet } from './fleet.ts';

/** Every generated file of the project by its path from the root; the committed ones must equal these. */
export function generated(): ReadonlyMap<string, string> {
  const rules = renderRules(defaultPlaces);
  const dashboard = `${JSON.stringify(fleet(), null, 2)}\n`;
  return new Map([
    ['src/alert/fedmon.rules.yaml', rules],
    ['helm/fedmon/files/fedmon.rules.yaml', rules],
    ['dashboards/fleet.json', dashboard],
    ['helm/fedmon/files/fleet.json', dashboard],
  ]);
}

export const projectRoot = join(import.meta.dirname, '..', '..');

function writeAll(): void {
  for (const [path, text] of generated()) {
    const file = join(projectRoot, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${path}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeAll();
