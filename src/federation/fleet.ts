/** What examinations of one operator showed in one layer. Instants of one clock, milliseconds; null: never. */
export interface Account {
  readonly operator: string;
  /** The network it was last looked for in: who shares one has one vote, whatever the names say. */
  readonly place: string;
  readonly workedMs: number | null;
  /** When it was last found failing where it had worked. */
  readonly turnedMs: number | null;
}

/** Nearly everybody turned from working to failing, nearly at once: that is more likely us. */
export interface Suspicion {
  /** When the first of the newest turns was, by the clock of the accounts. */
  readonly sinceMs: number;
  /** Operators that have turned since. */
  readonly turned: number;
  /** Operators heard of lately. */
  readonly of: number;
}

/** Fewer strangers may well fail together by chance. */
export const fewestTurned = 8;
/** So many in a row are enough, however large the fleet: it is told before anyone has failed three times. */
export const enoughTurned = 100;
/** What less than three of four have in common is theirs. */
const shareTurned = 3 / 4;
/** Of twenty that turned one may have worked meanwhile. */
const turnedPerWorking = 20;
/** Who was not heard of for so long has no vote. */
export const heardForMs = 3_600_000;

/** An account with one more examination in it. Pure. */
export function nextAccount(
  previous: Account | undefined,
  { operator, place, atMs, works }: Pick<Account, 'operator' | 'place'> & { atMs: number; works: boolean },
): Account {
  const { workedMs = null, turnedMs = null } = previous ?? {};
  return works ? { operator, place, workedMs: atMs, turnedMs } : { operator, place, workedMs, turnedMs: atMs };
}

function votes(accounts: readonly Account[]): number {
  return Math.min(accounts.length, new Set(accounts.map(({ place }) => place)).size);
}

/** The newest turns that have so many votes; null: there are not so many. */
function newestTurned(turned: readonly Account[], wanted: number): readonly Account[] | null {
  const places = new Set<string>();
  for (const [at, { place }] of turned.entries()) {
    places.add(place);
    if (places.size >= wanted) return turned.slice(0, at + 1);
  }
  return null;
}

/**
 * Whether it is more likely us: three of four operators heard of in the last hour (at least 8; 100 are enough) have turned
 * from working to failing, and since the first of them hardly anybody worked. Null: not suspected. Pure.
 */
export function suspicionOf(accounts: readonly Account[], nowMs: number): Suspicion | null {
  const lastMs = ({ workedMs, turnedMs }: Account): number => Math.max(workedMs ?? 0, turnedMs ?? 0);
  const recent = accounts.filter((each) => lastMs(each) >= nowMs - heardForMs);
  const of = votes(recent);
  const wanted = Math.min(enoughTurned, Math.max(fewestTurned, Math.ceil(of * shareTurned)));
  const turned = recent
    .filter(({ workedMs, turnedMs }) => turnedMs !== null && turnedMs > (workedMs ?? -Infinity))
    .toSorted((a, b) => lastMs(b) - lastMs(a));
  const newest = newestTurned(turned, wanted);
  if (newest === null) return null;
  const sinceMs = Math.min(...newest.map(lastMs));
  const working = recent.filter(({ workedMs }) => workedMs !== null && workedMs >= sinceMs).length;
  return working * turnedPerWorking > newest.length ? null : { sinceMs, turned: newest.length, of };
}
