/** A certificate as it was met: its validity, and the time by our clock. Instants are ISO 8601. */
export interface MetCertificate {
  readonly fingerprint256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly at: string;
}

/** Why our clock is doubted: so many of so many different certificates are out of their validity, all on one side of it. */
export interface ClockDoubt {
  /** `ahead`: they have expired by our clock. `behind`: they are not valid yet. */
  readonly clock: 'ahead' | 'behind';
  readonly wrong: number;
  readonly of: number;
}

/** From so many on it is no chance: organisations that share nothing do not let certificates expire together. */
export const fewestWrong = 3;

/**
 * Doubts our clock when at least three different certificates, and at least half of all, are out of their validity on one
 * side of it. One wrong certificate is its owner's fault; many at once have one cause, and the clock is what they share.
 */
export function clockDoubt(met: readonly MetCertificate[]): ClockDoubt | null {
  const different = [...new Map(met.map((each) => [each.fingerprint256, each])).values()];
  const of = different.length;
  const expired = different.filter(({ at, notAfter }) => Date.parse(at) > Date.parse(notAfter)).length;
  const early = different.filter(({ at, notBefore }) => Date.parse(at) < Date.parse(notBefore)).length;
  const [clock, wrong] = expired >= early ? (['ahead', expired] as const) : (['behind', early] as const);
  return wrong >= fewestWrong && wrong * 2 >= of ? { clock, wrong, of } : null;
}
