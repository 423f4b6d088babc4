const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The form of a duration in the config and on the command line. */
export const durationForm = /^[0-9]{1,7}(ms|s|m|h)$/;

/** Milliseconds of `500ms`, `30s`, `5m` or `1h`; null for anything else. A unit is never guessed. */
export function parseDuration(text: string): number | null {
  const unit = durationForm.exec(text)?.[1];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h') return null;
  return Number.parseInt(text, 10) * unitsMs[unit];
}

/** The shortest exact form: 90000 → `90s`, 300000 → `5m`. */
export function formatDuration(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms >= unitsMs[unit] && ms % unitsMs[unit] === 0) return `${String(ms / unitsMs[unit])}${unit}`;
  }
  return `${String(ms)}ms`;
}
