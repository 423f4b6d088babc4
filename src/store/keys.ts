const daySeconds = 86_400;

/** How long what is known of a partner outlives its last write, seconds. What is known of an edge is kept as long as the caller says. */
export const keptSeconds = 30 * daySeconds;

/** The cursor of an edge that nobody asked for in this time is dropped, milliseconds; an interval is a day at most. */
export const edgeCursorKeptMs = 7 * daySeconds * 1000;

/** Claims that nobody settles are long too late then, seconds; and so many of them are looked at, the latest. */
export const openKeptSeconds = 600;
export const mostOpen = 100;

/** Our own certificates are read every minute; a report that nobody renews says nothing any more, seconds. */
export const ownKeptSeconds = 300;

/** Causes are followed every few seconds; what was known of them outlives an exporter that is away for a while, seconds. */
export const causesKeptSeconds = 3600;

/** What we examine with changes seldom, and what it was has to be known then, seconds. */
export const setupKeptSeconds = 366 * daySeconds;

/** About this many changes are kept. */
export const mostEvents = 10_000;

/** The latest entries that the ledger of an edge keeps, with the texts of their requests, and for how long after the last one, seconds. */
export const mostLedgerEntries = 32;
export const ledgerKeptSeconds = 7 * daySeconds;

/** Every key of the store; the table in README.md says what each holds. */
export interface Keys {
  readonly partnerCursor: string;
  readonly edgeCursor: string;
  readonly open: string;
  readonly events: string;
  readonly own: string;
  readonly setup: string;
  readonly causes: string;
  readonly quarantine: string;
  readonly orders: string;
  route(domain: string): string;
  edge(id: string): string;
  ledger(id: string): string;
  requests(id: string): string;
  partnersOf(id: string): string;
  standing(domain: string): string;
  tally(domain: string): string;
  baseline(domain: string): string;
  look(target: string): string;
  turns(place: string): string;
  turnOf(place: string): string;
  sharers(place: string): string;
}

/**
 * The queues share the prefix and have one named `route` and one named `edge`: hence the word `store` in each key. What
 * one of several vantages saw by itself is under its name; everything else, and all of a single one, is at the bare keys.
 */
export function keysOf(prefix = '{fedmon}', vantage: string | null = null): Keys {
  const base = `${prefix}:store:`;
  const own = vantage === null ? base : `${base}at:${vantage}:`;
  return {
    partnerCursor: `${own}cursor:partners`,
    edgeCursor: `${own}cursor:edges`,
    open: `${own}open`,
    events: `${base}events`,
    own: `${base}own`,
    setup: `${base}setup`,
    causes: `${base}causes`,
    quarantine: `${base}quarantine`,
    orders: `${base}orders`,
    route: (domain) => `${own}route:${domain}`,
    edge: (id) => `${own}edge:${id}`,
    ledger: (id) => `${own}ledger:${id}`,
    requests: (id) => `${own}requests:${id}`,
    partnersOf: (id) => `${own}partners-of:${id}`,
    standing: (domain) => `${own}standing:${domain}`,
    tally: (domain) => `${base}tally:${domain}`,
    baseline: (domain) => `${base}baseline:${domain}`,
    look: (target) => `${own}look:${target}`,
    turns: (place) => `${base}turns:${place}`,
    turnOf: (place) => `${base}turn-of:${place}`,
    sharers: (place) => `${base}sharers:${place}`,
  };
}
