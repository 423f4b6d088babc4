import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { configPath } from './config-place.ts';
import type { Io } from './io.ts';

/** Reads the configuration of a command that cannot do without; throws UsageError or ConfigInvalid. */
export function readConfig(named: string | undefined, io: Io): Config {
  return loadConfig(configPath(named, io), io.env);
}
