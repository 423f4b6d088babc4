// Makes a bare clone ready, then runs one TypeScript program of the project, or a tool of its own:
//   node src/bin/ready.mjs PROGRAM.ts [ARG ...]
//   node src/bin/ready.mjs --tool eslint [ARG ...]
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDependencies } from './install.mjs';
import { capableNode, compileCache, flags, noCapableNode, root } from './node.mjs';

/** Runs a program in the foreground with a Node that can, passing signals on and its exit code back. */
export function run(argv) {
  const node = capableNode();
  if (node === undefined) {
    process.stderr.write(noCapableNode());
    process.exit(3);
  }
  const bin = join(root, 'node_modules', '.bin');
  const path = `${join(node, '..')}${delimiter}${bin}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(node, [...flags, ...argv], {
    stdio: 'inherit',
    // A role starts in less than half the processor time.
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, PATH: path },
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
  await installDependencies();
  const [first, second, ...rest] = process.argv.slice(2);
  const tools = { eslint: 'eslint/bin/eslint.js', tsc: 'typescript/bin/tsc', prettier: 'prettier/bin/prettier.cjs' };
  if (first === '--tool') run([join(root, 'node_modules', tools[second]), ...rest]);
  else run([join(root, first), ...(second === undefined ? [] : [second]), ...rest]);
}
