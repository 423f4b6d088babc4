import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig, type Purpose } from '../config/load.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';

export const defaultConfigFile = 'fedmon.yaml';

/** The file that was named, else ./fedmon.yaml, as a path that can be opened and that a person recognises. */
export function configPath(named: string | undefined, io: Io): string {
  const file = resolve(io.cwd, named ?? defaultConfigFile);
  const shown = relative(process.cwd(), file);
  const path = shown.startsWith('..') || shown === '' ? file : shown;
  if (existsSync(file)) return path;
  const what = named === undefined ? `There is no ${defaultConfigFile} in this folder.` : `${named}: no such file.`;
  throw new UsageError(
    `${what} Name the configuration with --config FILE; src/config/fedmon.example.yaml is one to start from.`,
  );
}

/** Reads the configuration of a command; throws UsageError or ConfigInvalid. */
export function readConfig(named: string | undefined, io: Io, purpose: Purpose = 'service'): Config {
  return loadConfig(configPath(named, io), io.env, purpose);
}
