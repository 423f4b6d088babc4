import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';

/** Where the configuration is looked for when nobody names one, in this order. */
export const usualPlaces = ['fedmon.yaml', '/etc/fedmon/fedmon.yaml'] as const;

/** The usual places as a person reads them. */
export const placesInWords = usualPlaces.map((place) => (place.startsWith('/') ? place : `./${place}`)).join(', ');

/** A path that can be opened and that a person recognises. */
function recognisable(file: string): string {
  const shown = relative(process.cwd(), file);
  return shown.startsWith('..') || shown === '' ? file : shown;
}

/**
 * The configuration of a command: `--config`, else FEDMON_CONFIG, else the first of the usual places that exists, else
 * null. Throws UsageError when the one that is named does not exist.
 */
export function findConfig(
  named: string | undefined,
  io: Pick<Io, 'cwd' | 'env'>,
  places: readonly string[] = usualPlaces,
): string | null {
  const fromEnvironment = io.env['FEDMON_CONFIG'] ?? '';
  const asked = named ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  if (asked === undefined) {
    const found = places.map((place) => resolve(io.cwd, place)).find((file) => existsSync(file));
    return found === undefined ? null : recognisable(found);
  }
  const file = resolve(io.cwd, asked);
  if (existsSync(file)) return recognisable(file);
  const source = named === undefined ? 'FEDMON_CONFIG names ' : '';
  throw new UsageError(
    `${source}${asked}: no such file. Name the configuration with --config FILE; src/config/fedmon.example.yaml is one to start from.`,
  );
}

/** The same, for a command that cannot do without. */
export function configPath(named: string | undefined, io: Pick<Io, 'cwd' | 'env'>): string {
  const file = findConfig(named, io);
  if (file !== null) return file;
  throw new UsageError(
    `There is no configuration (looked for ${placesInWords}). Name it with --config FILE or FEDMON_CONFIG; src/config/fedmon.example.yaml is one to start from.`,
  );
}
