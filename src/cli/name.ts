import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** How the program is started from a folder that holds it: `fedmon` where it was installed, else through npx. */
export function commandIn(folder: string, unpublished: boolean): string {
  const installed = folder.split(sep).includes('node_modules');
  return !installed && (unpublished || existsSync(join(folder, '.git'))) ? 'npx fedmon' : 'fedmon';
}

function isUnpublished(root: string): boolean {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'private' in manifest && manifest.private === true;
}

const root = join(import.meta.dirname, '..', '..');
const command = commandIn(root, isUnpublished(root));

/** What a person types to start this program; for every text that names a command to type. */
export function commandName(): string {
  return command;
}
