import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user of the image. */
export const user = 65532;

/**
 * What stands between a program of the tree and this machine:
 * - `mounts`: its root is the tree, bound read-only; user 65532; no capability, none to be had (for root)
 * - `namespace`: the same in a user namespace, for who is not root; what could be had there is worth nothing outside
 * - `user`: user 65532 without capabilities, but it sees this machine's files
 * - `none`: nothing
 */
export type Walls = 'mounts' | 'namespace' | 'user' | 'none';

export interface Cage {
  readonly walls: Walls;
  /** Where a program inside finds the folder that is mounted at /etc/fedmon, and the temporary one. */
  readonly etc: string;
  /** The `image.mjs` of the tree, as it is seen inside. */
  readonly main: string;
  /** The command line of `fedmon ARG ...` or of `node ARG ...` in the tree. The process keeps its id throughout. */
  line(program: 'fedmon' | 'node', args: readonly string[]): { readonly command: string; readonly args: string[] };
}

/** What a base image brings, from this machine: the C library and what else Node wants. */
const fromMachine = ['/lib', '/lib64', '/usr/lib', '/etc/ssl', '/proc', '/dev'].filter((path) => existsSync(path));

/** `$1` the tree, `$2` Node, `$3` what is mounted at /etc/fedmon; then the command. */
const mounts = `set -e
root=$1 node=$2 etc=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
${fromMachine.map((path) => `mount --rbind ${path} "$root${path}"`).join('\n')}
mount --bind "$node" "$root/nodejs/bin/node"
mount --bind "$etc" "$root/etc/fedmon"
mount --bind "$(command -v setpriv)" "$root/.setpriv"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -o remount,bind,ro,nosuid,nodev "$root/etc/fedmon"
mount -o remount,bind,ro,nosuid,nodev "$root"
cd /`;

const id = String(user);
const asUser = `--reuid=${id} --regid=${id} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs`;

const ways: Readonly<Record<Exclude<Walls, 'none'>, { readonly through: readonly string[]; readonly script: string }>> =
  {
    mounts: {
      through: ['unshare', '--mount'],
      script: `${mounts}\nexec chroot "$root" /.setpriv ${asUser} -- "$@"`,
    },
    namespace: {
      through: ['unshare', '--user', '--map-root-user', '--mount'],
      // The root is changed within the second namespace: none can be made behind a changed root.
      script: `${mounts}\nexec unshare --user --map-user=${id} --map-group=${id} --root="$root" /.setpriv --no-new-privs -- "$@"`,
    },
    user: { through: [], script: `shift 3\nexec setpriv ${asUser} -- "$@"` },
  };

function cageOf(walls: Walls, tree: string, etc: string): Cage {
  const seesTree = walls === 'mounts' || walls === 'namespace';
  const node = seesTree ? '/nodejs/bin/node' : process.execPath;
  const main = join(seesTree ? '/' : tree, 'opt/fedmon/src/bin/image.mjs');
  const fedmon = seesTree ? ['/usr/local/bin/fedmon'] : [node, main];
  const line: Cage['line'] = (program, args) => {
    const inside = [...(program === 'fedmon' ? fedmon : [node]), ...args];
    if (walls === 'none') return { command: inside[0] ?? node, args: inside.slice(1) };
    const { through, script } = ways[walls];
    const [command, ...before] = [...through, '/bin/sh', '-c', script, 'cage', tree, process.execPath, etc];
    return { command, args: [...before, ...inside] };
  };
  return { walls, etc: seesTree ? '/etc/fedmon' : etc, main, line };
}

/** Makes the places where the mounts go; once for a tree. */
export function prepare(tree: string): void {
  for (const path of [...fromMachine, '/nodejs/bin', '/etc/fedmon', '/tmp'])
    mkdirSync(join(tree, path), { recursive: true });
  for (const file of ['/nodejs/bin/node', '/.setpriv']) writeFileSync(join(tree, file), '');
}

/**
 * The best walls that this machine allows around a tree that was prepared; `etc` is the folder that the container finds,
 * read-only, at /etc/fedmon.
 */
export async function cage(
  tree: string,
  etc: string,
  choice: readonly Exclude<Walls, 'none'>[] = ['mounts', 'namespace', 'user'],
): Promise<Cage> {
  for (const walls of choice) {
    const made = cageOf(walls, tree, etc);
    const { command, args } = made.line('node', ['--version']);
    const works = await run(command, args).then(
      () => true,
      () => false,
    );
    if (works) return made;
  }
  return cageOf('none', tree, etc);
}
