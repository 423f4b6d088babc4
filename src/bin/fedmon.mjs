#!/usr/bin/env node
// The `fedmon` command of a checkout: no build step; in a bare clone it installs the dependencies first.
import { join } from 'node:path';
import { root } from './node.mjs';
import { installDependencies, run } from './ready.mjs';

installDependencies();
run([join(root, 'src', 'main.ts'), ...process.argv.slice(2)]);
