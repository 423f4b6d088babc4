import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

const run = promisify(execFile);

/** Raised when the way an unpack is made changes, so that older unpacks are made again. */
const format = 1;
/** A failed attempt is not repeated by every test process at once. */
const retryAfterMs = 180_000;
const planLimitMs = 60_000;
const networkLimitMs = 240_000;

/** Why packages could not be unpacked: one sentence. */
export class UnpackFailed extends Error {
  override readonly name = 'UnpackFailed';
}

/** Where a set of packages stands once it is unpacked; another distribution or release has another folder. */
function folderOf(home: string, packages: readonly string[]): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : process.platform;
  const identity = JSON.stringify([format, process.arch, packages, release]);
  return join(home, `${packages[0] ?? 'none'}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`);
}

/**
 * Unpacks packages of the distribution, and what they need and the machine lacks, into `home` without root: nothing is
 * installed, no service is started. Returns the unpack root; a second call finds it. Rejects with UnpackFailed.
 */
export async function unpacked(home: string, packages: readonly string[]): Promise<string> {
  const folder = folderOf(home, packages);
  const failedFile = `${folder}.failed`;
  if (existsSync(folder)) return folder;
  mkdirSync(home, { recursive: true });
  return withLock(join(home, 'lock'), planLimitMs + 2 * networkLimitMs, async () => {
    if (existsSync(folder)) return folder;
    const failed = recentFailure(failedFile);
    if (failed !== null) throw new UnpackFailed(failed);
    const work = `${folder}.${String(process.pid)}`;
    try {
      await fetchAndExtract(home, packages, work);
      // The folder appears whole or not at all.
      renameSync(join(work, 'root'), folder);
      rmSync(failedFile, { force: true });
      return folder;
    } catch (error) {
      if (existsSync(folder)) return folder;
      const reason = error instanceof Error ? firstLine(error) : String(error);
      writeFileSync(failedFile, reason);
      throw new UnpackFailed(reason, { cause: error });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** Forgets an unpack that does not work, so that the next call makes it again. */
export function forget(home: string, packages: readonly string[]): void {
  rmSync(folderOf(home, packages), { recursive: true, force: true });
}

function recentFailure(file: string): string | null {
  if (!existsSync(file) || Date.now() - statSync(file).mtimeMs > retryAfterMs) return null;
  return readFileSync(file, 'utf8');
}

function firstLine(error: Error): string {
  const stderr = (error as { stderr?: unknown }).stderr;
  const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : error.message;
  const lines = text.trim().split('\n');
  return (lines.find((line) => line.startsWith('E:')) ?? lines[0] ?? 'unknown').slice(0, 200);
}

async function fetchAndExtract(home: string, packages: readonly string[], work: string): Promise<void> {
  mkdirSync(join(work, 'root'), { recursive: true });
  const apt = prepareApt(home);
  try {
    if (!knowsPackages(apt)) await apt.update();
    await download(apt, packages, work);
  } catch (error) {
    if (apt.updated) throw error;
    // The lists of the machine are empty, too old, or do not know the package: ask with lists of our own, once.
    await apt.update();
    await download(apt, packages, work);
  }
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(work, file), join(work, 'root')], { timeout: planLimitMs });
  }
}

interface Apt {
  updated: boolean;
  update(): Promise<void>;
  get(args: readonly string[], cwd: string, limitMs: number): Promise<string>;
}

/** apt with its own cache and, once updated, its own lists; the state of the machine is only read. */
function prepareApt(home: string): Apt {
  const state = join(home, 'apt');
  const lists = join(state, 'lists');
  for (const folder of [join(lists, 'partial'), join(state, 'cache', 'archives', 'partial')]) {
    mkdirSync(folder, { recursive: true });
  }
  const config = join(state, 'apt.conf');
  const write = (own: boolean): void =>
    writeFileSync(
      config,
      [
        // Hooks of the machine would touch the machine.
        '#clear APT::Update::Post-Invoke;',
        '#clear APT::Update::Post-Invoke-Success;',
        'Debug::NoLocking "true";',
        'APT::Sandbox::User "";',
        'Acquire::Retries "2";',
        'Acquire::http::Timeout "20";',
        'Acquire::https::Timeout "20";',
        'Acquire::Languages "none";',
        `Dir::Cache "${join(state, 'cache')}";`,
        'Dir::Cache::pkgcache "";',
        'Dir::Cache::srcpkgcache "";',
        ...(own ? [`Dir::State::lists "${lists}";`] : []),
        '',
      ].join('\n'),
    );
  const get = async (args: readonly string[], cwd: string, limitMs: number): Promise<string> => {
    const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    const options = { cwd, env, timeout: limitMs, maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await run('apt-get', ['-c', config, '-qq', ...args], options);
    return stdout;
  };
  const apt: Apt = {
    updated: existsSync(join(state, 'updated')) && Date.now() - statSync(join(state, 'updated')).mtimeMs < 86_400_000,
    async update() {
      write(true);
      // One unreachable source among several is not a reason to give up: the download says what is missing.
      await get(['update'], home, networkLimitMs).catch((): string => '');
      writeFileSync(join(state, 'updated'), '');
      apt.updated = true;
    },
    get,
  };
  write(apt.updated);
  return apt;
}

function knowsPackages(apt: Apt): boolean {
  const system = '/var/lib/apt/lists';
  return apt.updated || (existsSync(system) && readdirSync(system).some((name) => name.includes('_Packages')));
}

/** Downloads what an installation would bring, apart from the C library, which must stay the one of the machine. */
async function download(apt: Apt, packages: readonly string[], folder: string): Promise<void> {
  // Those that are named come also where the machine has them: programs of one may be links into another.
  const plan = ['install', '--reinstall', '--print-uris', '--no-install-recommends', '-y', ...packages];
  const listed = await apt.get(plan, folder, planLimitMs);
  const wanted = [...listed.matchAll(/^'\S+' (?<name>[^_\s]+)_(?<version>[^_\s]+)_\S+\.deb /gm)]
    .map((match) => ({
      name: match.groups?.['name'] ?? '',
      version: decodeURIComponent(match.groups?.['version'] ?? ''),
    }))
    .filter(({ name }) => !['libc6', 'libc-bin'].includes(name))
    .map(({ name, version }) => `${name}=${version}`);
  if (wanted.length === 0) throw new UnpackFailed(`apt knows nothing to download for ${packages.join(' ')}`);
  await apt.get(['download', ...wanted], folder, networkLimitMs);
}
