import { parseDocument, type YAMLError } from 'yaml';
import { printable } from '../federation/failure.ts';
import type { Mistake } from './mistake.ts';
import { enough, obstacles } from './scan.ts';
import { lineIndex, readText } from './yaml-text.ts';
import { offsetOf, plainValue, type Path } from './yaml-value.ts';

/** A file that was read: plain values, and where each of them stands. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** A mistake at the value (or the key) of this path, or at the innermost thing around it that exists. */
  mistake(path: Path, message: string, what?: 'key' | 'value'): Mistake;
  /** `file:line` of a path, to point from one mistake to another place. */
  place(path: Path): string;
}

/** `file` is null when nothing could be made of the text. */
export interface Read {
  readonly file: YamlFile | null;
  readonly mistakes: readonly Mistake[];
}

/** `partners[3].every`, as a person would point at it. */
export function pathName(path: Path): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${String(part)}]`;
    const word = printable(String(part), 60);
    return name === '' ? word : `${name}.${word}`;
  }, '');
}

/** What people most often get wrong, in words that say what to do. */
function complaint(error: YAMLError): string {
  if (error.code === 'MULTIPLE_DOCS') return 'a second document begins here; a configuration is one document';
  if (error.code === 'TAB_AS_INDENT') return 'a tab; indent with spaces';
  if (error.code === 'RESOURCE_EXHAUSTION') return 'nested too deeply';
  return `not valid YAML: ${printable(error.message)}`;
}

/** Of what stops a file from being read, so many are listed: the first ones say it all. */
const listed = 10;

function howManyMore(count: number): string {
  return count + listed < enough ? `… and ${String(count)} more` : `… and at least ${String(count)} more`;
}

/** Reads one strict YAML file: one document, core schema, no aliases, anchors, tags, duplicate or hostile keys. */
export function readYaml(file: string): Read {
  const read = readText(file);
  if (!read.ok) return { file: null, mistakes: [{ file, line: 0, col: 0, path: '', message: read.message }] };
  const position = lineIndex(read.text);
  const at = (offset: number, path: Path, message: string): Mistake => {
    return { file, ...position(offset), path: pathName(path), message };
  };

  const found = obstacles(read.text);
  if (found.length > 0) {
    const [more] = found.slice(listed);
    const mistakes = found.slice(0, listed).map((each) => at(each.offset, [], each.message));
    if (more !== undefined) mistakes.push(at(more.offset, [], howManyMore(found.length - listed)));
    return { file: null, mistakes };
  }

  // The parser's own search for duplicate keys takes quadratic time and cannot name both places.
  const document = parseDocument(read.text, {
    schema: 'core',
    version: '1.2',
    strict: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const complaints = [...document.errors, ...document.warnings];
  if (complaints.length > 0) {
    return { file: null, mistakes: complaints.map((each) => at(each.pos[0], [], complaint(each))) };
  }

  const { value, flaws } = plainValue(document);
  const mistakes = flaws.map(({ offset, path, message, firstOffset }) => {
    const before = firstOffset === null ? '' : `, already on line ${String(position(firstOffset).line)}`;
    return at(offset, path, `${message}${before}`);
  });
  return {
    mistakes,
    file: {
      file,
      value,
      mistake: (path, message, what = 'value') => at(offsetOf(document, path, what), path, message),
      place: (path) => `${file}:${String(position(offsetOf(document, path, 'value')).line)}`,
    },
  };
}
