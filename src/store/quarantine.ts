/** So many that are left out are read at most; so many workers do not die. */
export const mostQuarantined = 1_000;

/** What is left out at an instant. Pure. */
export function stillOut(all: readonly (readonly [string, number])[], nowMs: number): ReadonlyMap<string, number> {
  return new Map(all.filter(([, untilMs]) => untilMs > nowMs));
}
