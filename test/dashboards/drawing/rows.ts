import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Answered } from './answers.ts';

type Cell = string | number;
type Row = Readonly<Record<string, Cell>>;

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** The transformations that our tables use, done as Grafana does them. */
interface Step {
  readonly id: string;
  readonly options: {
    readonly sort?: readonly { readonly field: string; readonly desc?: boolean }[];
    readonly include?: { readonly names: readonly string[] };
    readonly indexByName?: Readonly<Record<string, number>>;
    readonly renameByName?: Readonly<Record<string, string>>;
    readonly columnField?: string;
    readonly rowField?: string;
    readonly valueField?: string;
  };
}

/** Rows that say the same in all columns they share are one. */
function merged(answers: readonly Answered[]): readonly Row[] {
  const rows: Row[] = [];
  for (const { refId, series } of answers) {
    const value = answers.length > 1 ? `Value #${refId}` : 'Value';
    for (const { labels, points } of series) {
      const row: Row = { ...labels, [value]: points.at(-1)?.[1] ?? NaN };
      const at = rows.findIndex((other) => !(value in other) && agree(row, other));
      if (at === -1) rows.push(row);
      else rows[at] = { ...rows[at], ...row };
    }
  }
  return rows;
}

function agree(one: Row, other: Row): boolean {
  const shared = Object.keys(one).filter((name) => name in other);
  return shared.length > 0 && shared.every((name) => one[name] === other[name]);
}

function matrix(rows: readonly Row[], { columnField = '', rowField = '', valueField = '' }: Step['options']): Rows {
  const corner = `${rowField}\\${columnField}`;
  const byRow = Map.groupBy(rows, (row) => String(row[rowField]));
  const columns = [corner, ...new Set(rows.map((row) => String(row[columnField])))];
  const made = Array.from(byRow, ([name, of]) => ({
    [corner]: name,
    ...Object.fromEntries(of.map((row) => [String(row[columnField]), row[valueField] ?? ''])),
  }));
  return { columns, rows: made };
}

function done({ columns, rows }: Rows, { id, options }: Step): Rows {
  const { sort: [by] = [], include, indexByName = {}, renameByName = {} } = options;
  if (id === 'sortBy' && by !== undefined) {
    const of = ({ [by.field]: cell = '' }: Row): Cell => cell;
    const order = (a: Row, b: Row): number => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0);
    return { columns, rows: rows.toSorted((a, b) => (by.desc === true ? order(b, a) : order(a, b))) };
  }
  if (id === 'filterFieldsByName') return { columns: columns.filter((name) => include?.names.includes(name)), rows };
  if (id === 'groupingToMatrix') return matrix(rows, options);
  if (id !== 'organize') return { columns, rows };
  const ordered = columns.toSorted((a, b) => (indexByName[a] ?? 99) - (indexByName[b] ?? 99));
  const called = (name: string): string => renameByName[name] ?? name;
  const renamed = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [called(name), cell])),
  );
  return { columns: ordered.map(called), rows: renamed };
}

export function rowsOf({ transformations = [] }: Panel, answers: readonly Answered[]): Rows {
  const rows = merged(answers);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (transformations as unknown as readonly Step[]).reduce<Rows>(done, { columns, rows });
}
