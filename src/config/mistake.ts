/** One thing wrong with the configuration. Lines and columns count from 1; 0 when the whole file is meant. */
export interface Mistake {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** The setting as a person would point at it, such as `partners[3].every`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
}

/** More mistakes than this are counted, not listed: nobody reads them, and a hostile file has any number. */
const listed = 1000;

function line(mistake: Mistake): string {
  const { file, path, message } = mistake;
  const place = mistake.line === 0 ? file : `${file}:${String(mistake.line)}:${String(mistake.col)}`;
  return path === '' ? `${place}  ${message}` : `${place}  ${path}: ${message}`;
}

/** The configuration cannot be used. The message lists every mistake, one a line, in the order of the files. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly code = 'config_invalid';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const more = mistakes.length > listed ? [`… and ${String(mistakes.length - listed)} more`] : [];
    super([...mistakes.slice(0, listed).map(line), ...more].join('\n'));
    this.mistakes = mistakes;
  }
}

/** Sorts by place within a file; files keep the order in which they were read. */
export function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const files = [...new Set(mistakes.map((each) => each.file))];
  const rank = new Map(files.map((file, at) => [file, at]));
  const place = (each: Mistake): number => rank.get(each.file) ?? 0;
  return mistakes.toSorted((a, b) => place(a) - place(b) || a.line - b.line || a.col - b.col);
}
