import { execFile } from 'node:child_process';
import { accessSync, appendFileSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { forget, unpacked, UnpackFailed } from './unpack.ts';

const run = promisify(execFile);

/** A program that tests or the demo may start. */
export interface Tool {
  readonly name: ToolName;
  readonly path: string;
  /** What to add to the environment, so that an unpacked program finds its libraries. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder the packages were unpacked into; null for a program of the machine. */
  readonly root: string | null;
  readonly from: 'path' | 'debian';
}

interface Recipe {
  readonly programs: readonly string[];
  /** Debian packages that bring it; null: only a program of the machine will do. */
  readonly packages: readonly string[] | null;
  /** Arguments with which the program proves that it runs. */
  readonly proof: readonly string[];
  /** The exit code of that proof; 0 unless told. */
  readonly proofCode?: number;
  /** Folders beside the libraries, in which a library of the packages looks for its own. */
  readonly private?: readonly string[];
  /** A file beside the libraries without which the program is of no use. */
  readonly module?: string;
}

const recipes = {
  'redis-server': { programs: ['redis-server'], packages: ['redis-server', 'redis-tools'], proof: ['--version'] },
  'redis-cli': { programs: ['redis-cli'], packages: ['redis-tools'], proof: ['--version'] },
  'valkey-server': { programs: ['valkey-server'], packages: null, proof: ['--version'] },
  knotd: { programs: ['knotd'], packages: ['knot'], proof: ['--version'] },
  nsd: { programs: ['nsd'], packages: ['nsd'], proof: ['-v'] },
  unbound: { programs: ['unbound'], packages: ['unbound'], proof: ['-V'] },
  kamailio: {
    programs: ['kamailio'],
    packages: ['kamailio', 'kamailio-tls-modules'],
    proof: ['-v'],
    module: 'kamailio/modules/tls.so',
  },
  sipp: { programs: ['sipp'], packages: ['sip-tester'], proof: ['-v'], proofCode: 99 },
  faketime: { programs: ['faketime'], packages: ['faketime', 'libfaketime'], proof: ['--version'] },
  haproxy: { programs: ['haproxy'], packages: ['haproxy'], proof: ['-v'] },
  openssl: { programs: ['openssl'], packages: ['openssl'], proof: ['version'] },
  prometheus: { programs: ['prometheus'], packages: ['prometheus'], proof: ['--version'] },
  promtool: { programs: ['promtool'], packages: ['prometheus'], proof: ['--version'] },
  'blackbox-exporter': {
    programs: ['blackbox_exporter', 'prometheus-blackbox-exporter'],
    packages: ['prometheus-blackbox-exporter'],
    proof: ['--version'],
  },
  alertmanager: {
    programs: ['alertmanager', 'prometheus-alertmanager'],
    packages: ['prometheus-alertmanager'],
    proof: ['--version'],
  },
  amtool: { programs: ['amtool'], packages: ['prometheus-alertmanager'], proof: ['--version'] },
  zsh: { programs: ['zsh', 'zsh5'], packages: ['zsh'], proof: ['-f', '-c', 'true'] },
  fish: { programs: ['fish'], packages: ['fish'], proof: ['--no-config', '--version'] },
  // The program itself: the script that Debian puts on PATH looks for it in a fixed place.
  chromium: {
    programs: ['../lib/chromium/chromium', 'chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium'],
    proof: ['--version'],
    private: ['pulseaudio'],
  },
} as const satisfies Record<string, Recipe>;

export type ToolName = keyof typeof recipes;

const home = join(import.meta.dirname, '..', '..', '.cache', 'debian');
/** Daemons live in folders that only root has on PATH. */
const systemFolders = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

type Found = { readonly tool: Tool } | { readonly tool: null; readonly because: string };
const found = new Map<ToolName, Promise<Found>>();

/** Finds a program: on PATH, else in packages of the distribution unpacked without root. Null when there is none. */
export async function tool(name: ToolName): Promise<Tool | null> {
  return (await find(name)).tool;
}

function find(name: ToolName): Promise<Found> {
  const searching = found.get(name) ?? search(name);
  found.set(name, searching);
  return searching;
}

async function search(name: ToolName): Promise<Found> {
  const recipe: Recipe = recipes[name];
  const onPath = fromPath(name, recipe);
  if (onPath !== null && (await runs(onPath, recipe))) return { tool: onPath };
  if (recipe.packages === null) return { tool: null, because: `${name} is not on PATH` };
  if (!existsSync('/usr/bin/apt-get')) return { tool: null, because: `${name} is not on PATH and there is no apt-get` };
  try {
    return await fromDebian(name, recipe, recipe.packages);
  } catch (error) {
    if (!(error instanceof UnpackFailed)) throw error;
    return { tool: null, because: error.message };
  }
}

function fromPath(name: ToolName, recipe: Recipe): Tool | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders].filter((folder) => folder !== '');
  if (recipe.module !== undefined && inFolders(libraryFolders('/'), recipe.module) === null) return null;
  const path = recipe.programs.map((program) => inFolders(folders, program)).find((each) => each !== null);
  return path === undefined ? null : { name, path, env: {}, root: null, from: 'path' };
}

/** Twice: an unpack made on another machine may lack what was installed there. */
async function fromDebian(name: ToolName, recipe: Recipe, packages: readonly string[]): Promise<Found> {
  for (const attempt of [1, 2]) {
    const root = await unpacked(home, packages);
    const made = toolIn(root, name, recipe);
    if (made !== null && (await runs(made, recipe))) return { tool: made };
    if (attempt === 1) forget(home, packages);
  }
  return { tool: null, because: `${name} of the package ${packages.join(', ')} does not start here` };
}

function toolIn(root: string, name: ToolName, recipe: Recipe): Tool | null {
  const folders = ['usr/bin', 'usr/sbin', 'bin', 'sbin'].map((folder) => join(root, folder));
  const path = recipe.programs.map((program) => inFolders(folders, program)).find((each) => each !== null);
  if (path === undefined) return null;
  const libraries = libraryFolders(root).flatMap((folder) =>
    ['', name, ...(recipe.private ?? [])].map((each) => join(folder, each)),
  );
  return {
    name,
    path,
    env: { LD_LIBRARY_PATH: libraries.filter((each) => existsSync(each)).join(':') },
    root,
    from: 'debian',
  };
}

/** The folders with shared libraries below a root, `/` for the machine itself. */
export function libraryFolders(root: string): readonly string[] {
  return ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      ...readdirSync(folder)
        .filter((each) => each.includes('-linux-gnu'))
        .map((each) => join(folder, each)),
      folder,
    ]);
}

function inFolders(folders: readonly string[], file: string): string | null {
  return (
    folders
      .map((folder) => join(folder, file))
      .find((path) => isExecutable(path) || (path.endsWith('.so') && existsSync(path))) ?? null
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function runs(candidate: Tool, recipe: Recipe): Promise<boolean> {
  try {
    await run(candidate.path, [...recipe.proof], { env: { ...process.env, ...candidate.env }, timeout: 20_000 });
    return (recipe.proofCode ?? 0) === 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === recipe.proofCode;
  }
}

/**
 * The tools a test needs, or null after the test was skipped with one sentence that says what is missing.
 * With CI=true a missing tool is an error instead: nothing is skipped in silence there.
 */
export async function needs<const Names extends readonly ToolName[]>(
  t: TestContext,
  ...names: Names
): Promise<{ readonly [At in keyof Names]: Tool } | null> {
  const results = await Promise.all(names.map(find));
  const lacking = results.findIndex((result) => result.tool === null);
  const result = results[lacking];
  if (result?.tool === null) {
    const name = names[lacking] ?? '';
    const packages: readonly string[] | null = recipes[name as ToolName].packages;
    const install = packages === null ? `install ${name}` : `type: sudo apt-get install ${packages.join(' ')}`;
    cannotRun(t, `needs ${name} (${result.because}); ${install}`);
    return null;
  }
  return results.map((each) => each.tool) as unknown as { readonly [At in keyof Names]: Tool };
}

/** Skips a test with a reason and tells the runner; throws when CI=true. */
export function cannotRun(t: TestContext, reason: string): void {
  if (process.env['CI'] === 'true') throw new Error(`must not be skipped with CI=true: ${reason}`);
  const file = process.env['FEDMON_TEST_SKIPS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ test: t.fullName, reason })}\n`);
  t.skip(reason);
}
