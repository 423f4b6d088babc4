import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of the lock file. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** As its author states it, an SPDX expression; null when the lock file has none. */
  readonly license: string | null;
  readonly integrity: string | null;
  /** Only for who develops, or only where the platform has it: neither is part of an image. */
  readonly isShipped: boolean;
}

interface Entry {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly devOptional?: true;
}

export const lockText = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');

/** Every package that the lock file names, once for each place where it is installed. */
export function locked(): readonly Locked[] {
  const { packages } = JSON.parse(lockText) as { readonly packages: Readonly<Record<string, Entry>> };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { name, version, license, integrity, dev, optional, devOptional }]) => ({
      name: name ?? path.replace(/^.*node_modules\//, ''),
      version,
      license: license ?? null,
      integrity: integrity ?? null,
      isShipped: dev !== true && optional !== true && devOptional !== true,
    }));
}

/** What the image and a package hold. */
export const shipped = (): readonly Locked[] => locked().filter(({ isShipped }) => isShipped);
