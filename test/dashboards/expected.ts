import type { Row } from './observed.ts';

/**
 * What a query has to give: a number of rows; the rows themselves, as label values in the order of the labels' names
 * and the value; or a function that says what is wrong with them.
 */
export type Expected = number | readonly string[] | ((rows: readonly Row[]) => string | null);

/** By the panel's title and the letter of the query. */
export type Expectations = Readonly<Record<string, Expected>>;

/** So many rows, each value within these bounds. */
export const within =
  (count: number, from: number, to: number): Expected =>
  (rows) => {
    if (rows.length !== count) return `${String(rows.length)} rows`;
    const beyond = rows.find(({ value }) => value < from || value > to);
    return beyond === undefined ? null : `${JSON.stringify(beyond.labels)} is ${String(beyond.value)}`;
  };

/** An instant of the last two minutes, in milliseconds. */
export const lately =
  (count: number): Expected =>
  (rows) =>
    rows.length === count && rows.every(({ value }) => Math.abs(Date.now() - value) < 120_000)
      ? null
      : JSON.stringify(rows);
