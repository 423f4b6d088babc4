/** One line of a section: what was measured, and whether it is what is wanted. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly wanted?: string;
  readonly held?: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The median, and the least and the most where there is more than one. */
export function spread(values: readonly number[], unit = '', digits = 2): string {
  const text = (value: number): string => value.toFixed(digits);
  const around = values.length < 2 ? '' : ` (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
  return `${text(median(values))}${unit}${around}`;
}

/** A figure that may be so much at most. */
export function atMost(what: string, value: number, most: number, unit = '', digits = 2): Figure {
  return {
    what,
    value: `${value.toFixed(digits)}${unit}`,
    wanted: `at most ${String(most)}${unit}`,
    held: value <= most,
  };
}

/** `histogram_quantile` of one histogram in an exposition text, from how it stood before; NaN without an observation. */
export function quantile(
  share: number,
  name: string,
  after: readonly string[],
  before: readonly string[] = [],
): number {
  const counts = (lines: readonly string[]): ReadonlyMap<number, number> => {
    const sums = new Map<number, number>();
    for (const line of lines) {
      const found = new RegExp(`^${name}_bucket\\{.*?le="([^"]+)".*?\\} (\\S+)`).exec(line);
      const limit = found?.[1] === '+Inf' ? Infinity : Number(found?.[1]);
      if (found !== null) sums.set(limit, (sums.get(limit) ?? 0) + Number(found[2]));
    }
    return sums;
  };
  const base = counts(before);
  const buckets = [...counts(after)]
    .map(([limit, count]) => ({ limit, count: count - (base.get(limit) ?? 0) }))
    .sort((a, b) => a.limit - b.limit);
  const wanted = share * (buckets.at(-1)?.count ?? 0);
  if (wanted === 0) return NaN;
  let [from, below] = [0, 0];
  for (const { limit, count } of buckets) {
    if (count >= wanted)
      return limit === Infinity ? from : from + ((limit - from) * (wanted - below)) / (count - below);
    [from, below] = [limit, count];
  }
  return NaN;
}
