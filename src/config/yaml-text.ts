import { readFileSync, statSync } from 'node:fs';

const largestBytes = 4 * 1024 * 1024;
const largestName = '4 MB';

export type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Why a file cannot be read, in words. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EISDIR: 'is a folder',
    ENOTDIR: 'no such file: part of the path is not a folder',
    ENAMETOOLONG: 'the path is too long',
  };
  return known[code] ?? `cannot be read (${code})`;
}

/** Reads a UTF-8 file of bounded size; only regular files, so that a pipe or a device cannot hold us up. */
export function readText(file: string): Text {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return { ok: false, message: stat.isDirectory() ? 'is a folder' : 'is not a regular file' };
    if (stat.size > largestBytes) {
      return { ok: false, message: `is larger than ${largestName}; split the partners with \`include\`` };
    }
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, message: 'is not UTF-8 text' };
    return { ok: false, message: unreadable(error) };
  }
}

/** Tells line and column, both from 1, of offsets in a text. */
export function lineIndex(text: string): (offset: number) => { readonly line: number; readonly col: number } {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, col: offset - (starts[low] ?? 0) + 1 };
  };
}
