#!/usr/bin/env node
// The `fedmon` command of a checkout: no build step; in a bare clone it installs the dependencies first.
import module from 'node:module';
import { join } from 'node:path';
import { installDependencies } from './install.mjs';
import { compileCache, root, runsSources } from './node.mjs';

/** Runs the sources in this process: a second one takes as long to start as they do. */
async function runHere() {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compileCache);
  // That types are stripped was news once.
  for (const print of process.listeners('warning')) {
    process.off('warning', print).on('warning', (warning) => {
      if (warning.name !== 'ExperimentalWarning') print(warning);
    });
  }
  await import('../main.ts');
}

await installDependencies();
// The service asks for a Node with flags of its own.
if (process.argv[2] !== 'run' && runsSources(process.version)) await runHere();
else (await import('./ready.mjs')).run([join(root, 'src', 'main.ts'), ...process.argv.slice(2)]);
