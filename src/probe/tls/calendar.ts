/** A dated change of the public certificate world that explains what is seen on a partner's edge (facts §3.4). */
export interface CalendarEntry {
  /** The day it takes effect, UTC. */
  readonly date: string;
  readonly what: string;
}

/** When public authorities stop to issue certificates that serve for client authentication too, in order. */
export const clientAuthEnds: readonly CalendarEntry[] = [
  { date: '2025-10-01', what: 'DigiCert leaves client authentication out by default' },
  { date: '2026-02-11', what: "Let's Encrypt leaves client authentication out by default" },
  { date: '2026-07-08', what: "Let's Encrypt issues no certificate with client authentication any more" },
  { date: '2027-02-10', what: 'Sectigo issues no certificate with client authentication any more' },
  { date: '2027-03-01', what: 'DigiCert issues no certificate with client authentication any more' },
  { date: '2027-03-15', what: 'Chrome accepts only new certificates without client authentication' },
];

/** The last entry that has come, or the first when none has; null for an empty list. */
export function latest(entries: readonly CalendarEntry[], atMs: number): CalendarEntry | null {
  return entries.findLast(({ date }) => Date.parse(date) <= atMs) ?? entries[0] ?? null;
}

/** The entry after which nothing more comes; null for an empty list. */
export function final(entries: readonly CalendarEntry[]): CalendarEntry | null {
  return entries.at(-1) ?? null;
}

/** The longest validity that public authorities may give to what they issue from a day on, in order (CA/B BR §6.3.2). */
export const lifetimeLimits: readonly { readonly date: string; readonly days: number }[] = [
  { date: '2018-03-01', days: 825 },
  { date: '2020-09-01', days: 398 },
  { date: '2026-03-15', days: 200 },
  { date: '2027-03-15', days: 100 },
  { date: '2029-03-15', days: 47 },
];

/** The limit for what was issued at this time; null before the first. */
export function latestLimit(issuedMs: number): { readonly date: string; readonly days: number } | null {
  return lifetimeLimits.findLast(({ date }) => Date.parse(date) <= issuedMs) ?? null;
}
