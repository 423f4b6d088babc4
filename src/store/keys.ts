const daySeconds = 86_400;

/** How long a key outlives its last write, in seconds. Evidence is stale after three intervals, an interval is a day at most. */
export const keptSeconds = { evidence: 7 * daySeconds, memory: 30 * daySeconds } as const;

/** The cursor of an edge that nobody asked for in this time is dropped, milliseconds. */
export const edgeCursorKeptMs = 7 * daySeconds * 1000;

/** About this many changes are kept. */
export const mostEvents = 10_000;

/** Every key of the store; the table in README.md says what each holds. */
export interface Keys {
  /** What all keys of the store begin with, and nothing else under the same prefix does. */
  readonly base: string;
  readonly partnerCursor: string;
  readonly edgeCursor: string;
  readonly events: string;
  route(domain: string): string;
  edge(id: string): string;
  partnersOf(id: string): string;
  standing(domain: string): string;
  tally(domain: string): string;
}

const ofPartner = ['route', 'standing', 'tally'] as const;

/** The queues share the prefix and have one named `route` and one named `edge`: hence the word `store` in each key. */
export function keysOf(prefix = '{fedmon}'): Keys {
  const base = `${prefix}:store:`;
  return {
    base,
    partnerCursor: `${base}cursor:partners`,
    edgeCursor: `${base}cursor:edges`,
    events: `${base}events`,
    route: (domain) => `${base}route:${domain}`,
    edge: (id) => `${base}edge:${id}`,
    partnersOf: (id) => `${base}partners-of:${id}`,
    standing: (domain) => `${base}standing:${domain}`,
    tally: (domain) => `${base}tally:${domain}`,
  };
}

/** The partner a key is about; null for a key that is about no single partner. */
export function partnerOfKey(keys: Keys, key: string): string | null {
  const begins = ofPartner.map((kind) => `${keys.base}${kind}:`).find((begin) => key.startsWith(begin));
  return begins === undefined ? null : key.slice(begins.length);
}

/** Whether a key lists the partners of an edge. */
export function isIndexKey(keys: Keys, key: string): boolean {
  return key.startsWith(keys.partnersOf(''));
}

/** A pattern for SCAN that meets the keys of the store only. */
export function scanPattern(keys: Keys): string {
  return `${keys.base.replace(/[*?[\]\\]/g, '\\$&')}*`;
}
