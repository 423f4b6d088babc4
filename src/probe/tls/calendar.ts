/** A dated change of the public certificate world that explains what is seen on a partner's edge (facts §3.4). */
export interface CalendarEntry {
  /** The day it takes effect, UTC; the month where the day is not known. */
  readonly date: string;
  readonly what: string;
}

/** When public authorities stop to issue certificates that serve for client authentication too, in order. */
export const clientAuthEnds: readonly CalendarEntry[] = [
  { date: '2025-10-01', what: 'DigiCert leaves client authentication out by default' },
  { date: '2026-02-11', what: "Let's Encrypt leaves client authentication out by default" },
  { date: '2026-06-15', what: 'Chrome accepts new intermediate authorities only without client authentication' },
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

/** The limits of one authority below those of all, in order. */
export interface LifetimeChange extends CalendarEntry {
  readonly days: number;
}

/** How long what Let's Encrypt issues is valid (90 days before). */
export const letsEncryptLifetimes: readonly LifetimeChange[] = [
  { date: '2026-05-13', days: 45, what: "Let's Encrypt gives 45 days with the profile tlsserver" },
  { date: '2027-02-10', days: 64, what: "Let's Encrypt gives 64 days" },
  { date: '2028-02-16', days: 45, what: "Let's Encrypt gives 45 days" },
];

const dayMs = 86_400_000;

/** What made a certificate as short as it is; else what comes next for those issued later; null when nothing does. */
export function lifetimeChange(
  changes: readonly LifetimeChange[],
  issuedMs: number,
  untilMs: number,
): LifetimeChange | null {
  const days = Math.ceil((untilMs - issuedMs + 1000) / dayMs);
  const cause = changes.findLast(({ date, days: most }) => Date.parse(date) <= issuedMs && days <= most);
  return cause ?? changes.find(({ date }) => Date.parse(date) > issuedMs) ?? null;
}

/** When authorities stopped to answer OCSP: a response that is stapled later is a left-over. */
export const ocspEnds: readonly (CalendarEntry & { readonly authority: string })[] = [
  { date: '2025-08-06', authority: "Let's Encrypt", what: "Let's Encrypt answers OCSP no more, it publishes lists" },
];

/** When a hash is gone from public certificates for good. */
export const hashSunsets: readonly (CalendarEntry & { readonly hash: string })[] = [
  { date: '2026-09-15', hash: 'sha1', what: 'no public certificate or revocation list may be signed with SHA-1' },
];

/** Roots that a store dropped, by their common names. */
export const droppedRoots: readonly (CalendarEntry & {
  readonly store: 'mozilla';
  readonly roots: readonly string[];
})[] = [
  {
    date: '2026-04',
    store: 'mozilla',
    roots: ['DigiCert Global Root CA', 'DigiCert Assured ID Root CA', 'DigiCert High Assurance EV Root CA'],
    what: 'Mozilla dropped it; Windows keeps it',
  },
];

/** The roots of Microsoft's SIP services over the years, in order. */
export const microsoftRootMoves: readonly CalendarEntry[] = [
  { date: '2022-10', what: 'its services had moved from Baltimore CyberTrust Root to DigiCert Global Root G2' },
  { date: '2023-10-03', what: 'Direct Routing switched to DigiCert Global Root G2' },
  { date: '2025-05-13', what: 'Baltimore CyberTrust Root expired' },
  {
    date: '2026-04',
    what: 'its certificates began to move to the seven roots, which all were to trust by end of March',
  },
];
