import { defaultIdentity, noIdentity } from '../federation/edge.ts';
import type { NamedIdentity } from './config.ts';
import type { Mistake } from './mistake.ts';
import type { Sections } from './schema.ts';
import type { YamlFile } from './yaml-file.ts';
import { valueAt } from './yaml-value.ts';

const reserved: Readonly<Record<string, string>> = {
  [noIdentity]: 'it means that no certificate is shown',
  [defaultIdentity]: 'it is how the one of `identity` is named',
};

/** The names as written, also of entries with mistakes, so that no partner is blamed for those. */
function writtenNames(file: YamlFile): readonly unknown[] {
  const list = valueAt(file.value, ['identities']);
  return Array.isArray(list) ? list.map((_, at) => valueAt(file.value, ['identities', at, 'name'])) : [];
}

/** Every name that a partner may choose. */
export function identityNames(file: YamlFile): ReadonlySet<string> {
  return new Set([noIdentity, ...writtenNames(file).filter((each) => typeof each === 'string')]);
}

/** Each name stands once, and none has a meaning of its own already. */
function checkNames(file: YamlFile, mistakes: Mistake[]): void {
  const first = new Map<string, number>();
  for (const [at, name] of writtenNames(file).entries()) {
    if (typeof name !== 'string') continue;
    const place = ['identities', at, 'name'];
    const [before, taken] = [first.get(name), reserved[name]];
    if (taken !== undefined) mistakes.push(file.mistake(place, `${name} cannot be a name: ${taken}`));
    if (before === undefined) {
      first.set(name, at);
      continue;
    }
    const there = file.place(['identities', before, 'name']);
    mistakes.push(file.mistake(place, `${name} is named twice, already at ${there}`));
  }
}

/** The identities that partners choose by name, with files that can be opened from here. */
export function identitiesOf(
  file: YamlFile,
  given: Sections['identities'],
  from: (path: string) => string,
  mistakes: Mistake[],
): readonly NamedIdentity[] {
  checkNames(file, mistakes);
  return given.map(({ name, certFile, keyFile }) => ({ name, certFile: from(certFile), keyFile: from(keyFile) }));
}
