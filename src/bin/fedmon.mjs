#!/usr/bin/env node
// The `fedmon` command of a checkout: no build step; in a bare clone it installs the dependencies first.
import { join } from 'node:path';
import { installDependencies } from './install.mjs';
import { root } from './node.mjs';
import { run } from './ready.mjs';

await installDependencies();
run([join(root, 'src', 'main.ts'), ...process.argv.slice(2)]);
