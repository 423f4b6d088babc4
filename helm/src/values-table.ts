import { isMap, isScalar, parseDocument, type Pair } from 'yaml';

/** A row of the table: one value that can be set. */
interface Row {
  readonly value: string;
  readonly byDefault: string;
  readonly meaning: string;
}

/** What stands after `# --` right above a key. */
function meaningOf(comment: string | null | undefined): string | null {
  const lines = (comment ?? '').split('\n').map((line) => line.trim());
  const at = lines.findLastIndex((line) => line.startsWith('-- '));
  return at < 0 ? null : lines.slice(at).join(' ').slice(3);
}

/** As it would be typed on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${flow(each)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return value === '' || /^[\d.]+$|^[{[]/.test(value) ? `'${value}'` : value;
}

/** Every value with a `# --` text, in the order of the file. Throws an Error for one that nobody explained. */
export function valueRows(yaml: string): readonly Row[] {
  const rows: Row[] = [];
  const walk = (pairs: readonly Pair[], path: readonly string[], around: string | null | undefined): void => {
    for (const [at, { key, value }] of pairs.entries()) {
      if (!isScalar(key)) throw new Error(`a key below ${path.join('.')} is no word`);
      const here = [...path, String(key.value)];
      // The parser gives what stands above the first key of a map to the map.
      const meaning = meaningOf(at === 0 ? (key.commentBefore ?? around) : key.commentBefore);
      if (meaning !== null) {
        const byDefault = flow((value as { toJSON(): unknown }).toJSON());
        rows.push({ value: here.join('.'), byDefault, meaning });
      } else if (isMap(value) && value.items.length > 0) walk(value.items, here, value.commentBefore);
      else throw new Error(`values.yaml says nothing about ${here.join('.')}: write a line "# -- …" above it`);
    }
  };
  const { contents } = parseDocument(yaml);
  if (!isMap(contents)) throw new Error('values.yaml holds no values');
  walk(contents.items, [], contents.commentBefore);
  return rows;
}

/** The rows as a table, its columns even, as the formatter of this repository lays them out. */
export function valuesTable(yaml: string): string {
  const cells = valueRows(yaml).map(({ value, byDefault, meaning }) =>
    [`\`${value}\``, `\`${byDefault}\``, meaning].map((cell) => cell.replaceAll('|', '\\|')),
  );
  const all = [['value', 'default', 'meaning'], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rows] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const [begin, end] = ['<!-- values: npm run generate -->', '<!-- end of values -->'] as const;

/** README.md with the table of these values between its marks. Throws an Error where there are none. */
export function withValues(readme: string, yaml: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table of values: ${begin} … ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${valuesTable(yaml)}\n\n${readme.slice(to)}`;
}
