import { globSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Mistake } from './mistake.ts';
import { shown } from './mistakes-of.ts';
import type { YamlFile } from './yaml-file.ts';

const mostFiles = 1000;
const wildcard = /[*?[{]/;

/** The files that the patterns of `include` stand for, by name. A pattern may match nothing; a plain name may not. */
export function includedFiles(file: YamlFile, patterns: readonly string[], mistakes: Mistake[]): readonly string[] {
  const folder = dirname(file.file);
  const found = new Set<string>();
  for (const [at, pattern] of patterns.entries()) {
    const files = globSync(pattern, { cwd: folder })
      .map((name) => (isAbsolute(name) ? name : join(folder, name)))
      .filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile() === true)
      .filter((name) => resolve(name) !== resolve(file.file));
    if (files.length === 0 && !wildcard.test(pattern)) {
      mistakes.push(file.mistake(['include', at], `got ${shown(pattern)}, expected a file beside this one`));
    }
    for (const name of files.toSorted()) found.add(name);
  }
  if (found.size <= mostFiles) return [...found];
  const message = `matches ${String(found.size)} files, expected at most ${String(mostFiles)}`;
  mistakes.push(file.mistake(['include'], message));
  return [];
}
