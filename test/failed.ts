import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A test began; what is within it has a greater nesting. */
export interface Began {
  readonly file?: string | undefined;
  readonly nesting: number;
  readonly name: string;
}

/** A test failed; `error` is the runner's, around that of the test. */
export interface Failed extends Began {
  readonly details: { readonly error: unknown };
}

/** Keeps what failed in a run, so that its last lines name it: the log of a CI may be cut. */
export interface FailedTests {
  readonly began: (test: Began) => void;
  readonly failed: (test: Failed) => void;
  /** One for each: file, suites and test, the first words of the error. */
  readonly lines: () => readonly string[];
}

/** Said of a suite because of a test in it, or of a test because of its suite: the other one is named. */
const saidElsewhere = new Set(['subtestsFailed', 'cancelledByParent']);
const mostLetters = 240;

export function createFailedTests(root: string): FailedTests {
  const paths = new Map<string, readonly string[]>();
  const found: string[] = [];
  const pathOf = ({ file = '', nesting, name }: Began): readonly string[] => [
    ...(paths.get(file) ?? []).slice(0, nesting),
    name,
  ];
  return {
    began: (test) => void paths.set(test.file ?? '', pathOf(test)),
    failed(test) {
      const { failureType, cause, message } = partsOf(test.details.error);
      if (saidElsewhere.has(failureType)) return;
      const file = relative(root, test.file ?? '');
      // A file that ends before its tests do fails by its own name.
      const path = pathOf(test).filter((name) => relative(root, name) !== file);
      found.push(`${[file, ...path].join(' > ')}: ${firstWords(partsOf(cause).message || message)}`);
    },
    lines: () => found,
  };
}

function partsOf(error: unknown): { failureType: string; cause: unknown; message: string } {
  if (typeof error !== 'object' || error === null) return { failureType: '', cause: undefined, message: text(error) };
  const { failureType, cause, message } = error as Record<string, unknown>;
  return { failureType: text(failureType), cause, message: text(message) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The first line; where that only opens a comparison, also the first thing that differs. */
export function firstWords(message: string): string {
  const [first = '', ...rest] = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('+ actual - expected'));
  const differs = first.endsWith(':') ? (rest.find((line) => /^[+-].*\w/.test(line)) ?? rest[0]) : undefined;
  return [first, ...(differs === undefined ? [] : [differs])].join(' ').slice(0, mostLetters);
}
