/** `350 ms`, `2.1 s`. */
export function took(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A text broken at spaces so that no line is longer than `width`; a longer word stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Lines after a label of at most `column` characters: the first beside it, the others below, aligned. */
export function labelled(label: string, text: string, indent: number, width: number, column = 8): readonly string[] {
  const margin = ' '.repeat(indent);
  return wrap(text, width - indent - column).map((line, at) => margin + (at === 0 ? label : '').padEnd(column) + line);
}
