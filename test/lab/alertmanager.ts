import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from './debian.ts';

/** How to start an Alertmanager: its program, and the folder it has to run in; undefined: anywhere. */
export interface AlertmanagerProgram {
  readonly path: string;
  readonly cwd?: string;
}

const installed = '/usr/share/prometheus/alertmanager';

/**
 * The program as it is, or, where it was unpacked and not installed, a copy in `folder` that finds its templates: Debian's build
 * has their folder written into it. In the copy that text leads to the working folder instead, and is as long as before.
 */
export function alertmanagerProgram({ path, root }: Tool, folder: string): AlertmanagerProgram {
  if (root === null) return { path };
  const program = readFileSync(path, 'latin1');
  if (!program.includes(installed)) return { path };
  const copy = join(folder, 'alertmanager');
  const here = '/proc/self/cwd'.padEnd(installed.length, '/');
  writeFileSync(copy, program.replaceAll(installed, here), 'latin1');
  chmodSync(copy, 0o700);
  return { path: copy, cwd: join(root, installed) };
}
