const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;
const units = (Object.keys(unitMs) as Unit[]).toReversed();

/** A duration in Prometheus notation (`90s`, `5m`, `3d`), milliseconds. Throws TypeError for any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined) throw new TypeError(`not a duration: ${text}`);
  return Number(count) * unitMs[unit as Unit];
}

/** The duration times `pace`, in the largest unit that needs no fraction; at least a millisecond. */
export function paced(text: string, pace: number): string {
  if (pace === 1) return text;
  const ms = Math.max(1, Math.round(durationMs(text) * pace));
  const unit = units.find((each) => ms % unitMs[each] === 0) ?? 'ms';
  return `${String(ms / unitMs[unit])}${unit}`;
}

/** An expression with the ranges of its selectors and subqueries multiplied. */
export function pacedExpr(expr: string, pace: number): string {
  return expr.replace(/\[(\w+)(?::(\w+))?\]/g, (_, range: string, step?: string) => {
    return `[${paced(range, pace)}${step === undefined ? '' : `:${paced(step, pace)}`}]`;
  });
}
