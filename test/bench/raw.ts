import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { libraryFolders } from '../lab/debian.ts';
import { startProcess } from '../lab/process.ts';
import { unpacked, UnpackFailed } from '../lab/unpack.ts';
import type { Side } from './sides.ts';
import type { World } from './world.ts';

const run = promisify(execFile);

/** The bare client in C, or why there is none and what to type. */
export type RawClient =
  | {
      readonly version: string;
      /** It probes all edges of a world in turn, so many a second. */
      start(world: World, perSecond: number): Promise<Side>;
    }
  | { readonly missing: string };

const cache = join(import.meta.dirname, '../../.cache');
const program = join(cache, 'bench', 'raw');
const install = 'type `sudo apt-get install gcc libc6-dev libssl-dev`';
const source = join(import.meta.dirname, 'raw.c');
const compile = (more: readonly string[], libraries: readonly string[]): Promise<unknown> =>
  run('cc', ['-O2', '-pthread', '-o', program, ...more, source, ...libraries]);

/** With the headers of the machine, else with those of the distribution's package, unpacked; the libraries are its own. */
async function build(unpack: () => Promise<string>): Promise<void> {
  mkdirSync(join(cache, 'bench'), { recursive: true });
  try {
    await compile([], ['-lssl', '-lcrypto']);
  } catch {
    const root = await unpack();
    const headers = [
      'usr/include',
      ...libraryFolders(root).map((each) => each.replace(`${root}/usr/lib`, 'usr/include')),
    ];
    const folders = headers.map((each) => `-I${join(root, each)}`);
    const libraries = libraryFolders(root).map((each) => `-L${each}`);
    await compile([...folders, ...libraries], ['-l:libssl.so.3', '-l:libcrypto.so.3']);
  }
}

let built: Promise<RawClient> | null = null;

export function rawClient(): Promise<RawClient> {
  return (built ??= make());
}

async function make(): Promise<RawClient> {
  try {
    await run('cc', ['--version']);
  } catch {
    return { missing: `not measured, there is no C compiler: ${install}` };
  }
  try {
    await build(() => unpacked(join(cache, 'debian'), ['libssl-dev']));
    const { stdout } = await run(program, ['--version']);
    return { version: `${stdout.trim()}; bare Node has ${process.versions.openssl}`, start: startRaw };
  } catch (error) {
    if (!(error instanceof UnpackFailed) && !(error instanceof Error && 'stderr' in error)) throw error;
    return { missing: `not measured, it could not be built: ${install}` };
  }
}

async function startRaw(world: World, perSecond: number): Promise<Side> {
  const { folder, caFile, certFile, keyFile } = world;
  const file = join(folder, 'edges.txt');
  const edges = world.partners.flatMap((partner) => partner.edges);
  writeFileSync(file, edges.map(({ address, port, host }) => `${address} ${String(port)} ${host}\n`).join(''));
  const client = await startProcess({
    name: 'bare C',
    command: program,
    args: [file, caFile, certFile, keyFile, String(perSecond)],
    logFile: join(folder, 'raw.log'),
  });
  return {
    processes: { client: client.pid },
    async stop() {
      await client.stop();
    },
  };
}
