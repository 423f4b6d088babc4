/** How many single edits (insert, delete, replace, swap of neighbours) lead from one word to the other. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const at = (from: readonly number[], index: number): number => from[index] ?? Infinity;
      let least = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(before, j - 2) + 1);
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? a.length;
}

/** The known words that the given one was probably meant to be, nearest first; none when all are far away. */
export function nearest(word: string, known: readonly string[], limit = 1): readonly string[] {
  const tolerated = Math.max(1, Math.floor(word.length / 3));
  const wanted = word.toLowerCase();
  return known
    .filter((each) => Math.abs(each.length - word.length) <= tolerated)
    .map((each) => ({ each, far: editDistance(wanted, each.toLowerCase()) }))
    .filter(({ far }) => far <= tolerated)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, limit)
    .map(({ each }) => each);
}

/**
 * The known domain that the given one was probably meant to be. What both have in common from the right says nothing, so
 * of the rest at most a third may differ.
 */
export function nearestDomain(domain: string, known: readonly string[]): string | null {
  const wanted = domain.split('.');
  const rated = known.map((each) => {
    const labels = each.split('.');
    let common = 0;
    while (common < labels.length && common < wanted.length && labels.at(-1 - common) === wanted.at(-1 - common)) {
      common += 1;
    }
    const rest = (all: readonly string[]): string => all.slice(0, all.length - common).join('.');
    const [a, b] = [rest(wanted), rest(labels)];
    const tolerated = Math.floor(Math.max(a.length, b.length) / 3);
    const far = Math.abs(a.length - b.length) > tolerated ? Infinity : editDistance(a, b);
    return { each, far, tolerated };
  });
  const [best] = rated.filter(({ far, tolerated }) => far <= tolerated).toSorted((a, b) => a.far - b.far);
  return best?.each ?? null;
}
