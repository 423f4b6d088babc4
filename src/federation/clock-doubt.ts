/** A certificate as it was met: its validity, and the time by our clock. Instants are ISO 8601. */
export interface MetCertificate {
  readonly fingerprint256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly at: string;
}

/** What a SIP server said that the time is, and what it was by our clock when the answer came. Instants are ISO 8601. */
export interface ToldTime {
  /** Whose clock it is: the addresses of one host count once. */
  readonly host: string;
  readonly says: string;
  readonly at: string;
}

/** What others tell about our clock. All of it was met from one place: each place has a clock of its own. */
export interface ClockEvidence {
  readonly certificates: readonly MetCertificate[];
  readonly times: readonly ToldTime[];
}

/** Why our clock is doubted: so many of so many witnesses contradict it, all on one side of it. */
export interface ClockDoubt {
  /** `ahead`: others say that it is earlier than our clock shows. `behind`: later. */
  readonly clock: 'ahead' | 'behind';
  /** Who says so: SIP servers by their Date, or certificates that have expired or are not valid yet. */
  readonly by: 'times' | 'certificates';
  readonly wrong: number;
  readonly of: number;
  /** By how much, milliseconds: the middle of what the servers say; null where only certificates speak. */
  readonly offMs: number | null;
}

/** From so many on it is no chance: organisations that share nothing do not let certificates expire together. */
export const fewestWrong = 3;

/** How far clocks may differ before it is worth a word: what Kerberos allows, and more than any that is looked after. */
export const clockToleranceMs = 5 * 60_000;

/** By how much another clock is ahead of ours, milliseconds; null within the tolerance, and for what is no instant. */
export function clockDifference({ says, at }: Pick<ToldTime, 'says' | 'at'>): number | null {
  const aheadMs = Date.parse(says) - Date.parse(at);
  return Math.abs(aheadMs) > clockToleranceMs ? aheadMs : null;
}

/**
 * Doubts our clock when at least three different witnesses, and at least half of all, contradict it on the same side. One
 * that is wrong is its owner's fault; many at once have one cause, and the clock is what they share. Where three servers
 * or more tell the time they decide alone, also that nothing is wrong: a certificate knows the time only to months.
 * Witnesses are strangers: a doubt is a reason to look at the clock, never proof that it is wrong. Pure.
 */
export function clockDoubt({ certificates, times }: ClockEvidence): ClockDoubt | null {
  const hosts = [...new Map(times.map((each) => [each.host, each])).values()];
  if (hosts.length >= fewestWrong) return doubtByTimes(hosts);
  return doubtByCertificates([...new Map(certificates.map((each) => [each.fingerprint256, each])).values()]);
}

function doubtByTimes(times: readonly ToldTime[]): ClockDoubt | null {
  const apart = times.map(clockDifference).filter((each) => each !== null);
  const later = apart.filter((ms) => ms > 0);
  const earlier = apart.filter((ms) => ms < 0);
  const [clock, side] = later.length >= earlier.length ? (['behind', later] as const) : (['ahead', earlier] as const);
  const off = side.map(Math.abs).toSorted((a, b) => a - b);
  if (!isMany(off.length, times.length)) return null;
  return { clock, by: 'times', wrong: off.length, of: times.length, offMs: off[Math.floor(off.length / 2)] ?? null };
}

function doubtByCertificates(different: readonly MetCertificate[]): ClockDoubt | null {
  const of = different.length;
  const expired = different.filter(({ at, notAfter }) => Date.parse(at) > Date.parse(notAfter)).length;
  const early = different.filter(({ at, notBefore }) => Date.parse(at) < Date.parse(notBefore)).length;
  const [clock, wrong] = expired >= early ? (['ahead', expired] as const) : (['behind', early] as const);
  return isMany(wrong, of) ? { clock, by: 'certificates', wrong, of, offMs: null } : null;
}

const isMany = (wrong: number, of: number): boolean => wrong >= fewestWrong && wrong * 2 >= of;

/** A stretch of time as people say it: minutes, hours or days. */
export function span(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 120) return `${String(minutes)} minutes`;
  return minutes < 2_880 ? `${String(Math.round(minutes / 60))} hours` : `${String(Math.round(minutes / 1_440))} days`;
}

/** A doubt as a sentence for people, with what to do first. */
export function doubtInWords({ clock, by, wrong, of, offMs }: ClockDoubt): string {
  const expired = clock === 'ahead' ? 'have expired' : 'are not valid yet';
  const seen = by === 'times' ? 'SIP servers tell another time' : `certificates ${expired}`;
  const off = offMs === null ? '' : ` by about ${span(offMs)}`;
  return `${String(wrong)} of ${String(of)} ${seen}: our clock may be ${clock}${off}. Check the time of this machine first.`;
}
