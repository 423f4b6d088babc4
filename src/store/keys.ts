const daySeconds = 86_400;

/** How long what is known of a partner outlives its last write, seconds. What is known of an edge is kept as long as the caller says. */
export const keptSeconds = 30 * daySeconds;

/** The cursor of an edge that nobody asked for in this time is dropped, milliseconds; an interval is a day at most. */
export const edgeCursorKeptMs = 7 * daySeconds * 1000;

/** About this many changes are kept. */
export const mostEvents = 10_000;

/** Every key of the store; the table in README.md says what each holds. */
export interface Keys {
  readonly partnerCursor: string;
  readonly edgeCursor: string;
  readonly events: string;
  route(domain: string): string;
  edge(id: string): string;
  partnersOf(id: string): string;
  standing(domain: string): string;
  tally(domain: string): string;
  baseline(domain: string): string;
  turns(place: string): string;
  turnOf(place: string): string;
}

/** The queues share the prefix and have one named `route` and one named `edge`: hence the word `store` in each key. */
export function keysOf(prefix = '{fedmon}'): Keys {
  const base = `${prefix}:store:`;
  return {
    partnerCursor: `${base}cursor:partners`,
    edgeCursor: `${base}cursor:edges`,
    events: `${base}events`,
    route: (domain) => `${base}route:${domain}`,
    edge: (id) => `${base}edge:${id}`,
    partnersOf: (id) => `${base}partners-of:${id}`,
    standing: (domain) => `${base}standing:${domain}`,
    tally: (domain) => `${base}tally:${domain}`,
    baseline: (domain) => `${base}baseline:${domain}`,
    turns: (place) => `${base}turns:${place}`,
    turnOf: (place) => `${base}turn-of:${place}`,
  };
}
