// Makes a bare clone ready, then runs one TypeScript program of the project, or a tool of its own:
//   node src/bin/ready.mjs PROGRAM.ts [ARG ...]
//   node src/bin/ready.mjs --tool eslint [ARG ...]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capableNode, noCapableNode, root } from './node.mjs';

const stamp = join(root, 'node_modules', '.fedmon-installed');

/** What should be installed: the lock file, and the part of package.json that it was made from. */
function wanted() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides]))
    .digest('hex');
}

/** Installs the locked dependencies when they are absent or out of date. */
export function installDependencies() {
  const lock = wanted();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('fedmon: installing dependencies (npm ci) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write('fedmon: npm ci failed; its message stands above. Mend it and run the same command again.\n');
    process.exit(3);
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Runs a program in the foreground with a Node that can, passing signals on and its exit code back. */
export function run(argv) {
  const node = capableNode();
  if (node === undefined) {
    process.stderr.write(noCapableNode());
    process.exit(3);
  }
  const bin = join(root, 'node_modules', '.bin');
  const path = `${join(node, '..')}${delimiter}${bin}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...argv], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // A terminal sends Ctrl-C to the child too, so the parent only waits; every other signal comes to one process.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  installDependencies();
  const [first, second, ...rest] = process.argv.slice(2);
  const tools = { eslint: 'eslint/bin/eslint.js', tsc: 'typescript/bin/tsc', prettier: 'prettier/bin/prettier.cjs' };
  if (first === '--tool') run([join(root, 'node_modules', tools[second]), ...rest]);
  else run([join(root, first), ...(second === undefined ? [] : [second]), ...rest]);
}
