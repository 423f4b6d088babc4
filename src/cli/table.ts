import type { Paint } from './paint.ts';

const mostWide = 60;

function clipped(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Columns of text under a heading. On a terminal (`columns` set) long cells are clipped to fit; in a pipe nothing is. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  columns: number | null,
): string {
  const last = heading.length - 1;
  const widths = heading.map((title, at) => {
    const widest = Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0));
    return columns === null ? widest : Math.min(widest, mostWide);
  });
  const line = (cells: readonly string[]): string => {
    const text = cells
      .map((cell, at) => (at === last ? cell : clipped(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
    return columns === null ? text : clipped(text, columns);
  };
  return [paint.faint(line(heading)), ...rows.map(line), ''].join('\n');
}
