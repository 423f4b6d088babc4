import type { FailureCode } from '../../federation/failure.ts';

/** What a final answer makes of the partner: the judge has one finding a class. */
export type ResponseClass = 'works' | 'unusual' | 'refused' | 'overloaded' | 'ambiguous' | 'unwell';

type Proven = 'yes' | 'no' | 'unknown';

/** What a status code proves, layer by layer; none proves that users can chat. */
export interface ResponseRow {
  /** `unknown`: the answer may come from something before the partner. */
  readonly reachable: Proven;
  readonly authenticated: Proven;
  readonly authorised: Proven;
  readonly class: ResponseClass;
  readonly means: string;
}

const row = (kind: ResponseClass, means: string, over: Partial<ResponseRow> = {}): ResponseRow => ({
  reachable: 'yes',
  authenticated: 'unknown',
  authorised: 'unknown',
  class: kind,
  means,
  ...over,
});

const wantsCredentials = row('unusual', 'it asks for credentials: alive', { authenticated: 'no' });
const dislikes = row('unusual', 'it dislikes our message: look at the probe first');
const noTarget = row('unusual', 'alive, no such target: usual for a question without a user');
const noOptions = row('unusual', 'alive, OPTIONS is switched off');
const asForInvite = row('unusual', 'alive, answered as it would answer a call (RFC 3261 §11.2)');
const unwell = row('unwell', 'the element is alive and unwell');

/** Status codes with a meaning of their own; `responseRow` covers the rest by their hundred. */
export const responseRows: ReadonlyMap<number, ResponseRow> = new Map([
  [400, dislikes],
  [401, wantsCredentials],
  [403, row('refused', 'alive and refusing us: policy', { authorised: 'no' })],
  [404, noTarget],
  [405, noOptions],
  [407, wantsCredentials],
  // RFC 4320 §4.1: a server never answers 408 to OPTIONS, so it was made on the way.
  [408, row('unwell', 'something on the way timed out', { reachable: 'unknown' })],
  [416, row('unusual', 'alive, it refuses the scheme of the URI')],
  [420, dislikes],
  [421, dislikes],
  [480, asForInvite],
  [481, asForInvite],
  [482, row('unusual', 'alive, the partner’s routing runs in a circle')],
  [483, row('unusual', 'alive, at the hop where Max-Forwards ended')],
  [486, asForInvite],
  [487, asForInvite],
  [488, asForInvite],
  [493, dislikes],
  [500, unwell],
  [501, noOptions],
  [502, unwell],
  [503, row('overloaded', 'overloaded or draining; it may say when to come back')],
  // A Microsoft edge answers so when it rejects our domain or certificate, and when its next hop is down.
  [504, row('ambiguous', 'it rejects us, or its next hop is down: look at our SRV record and certificate first')],
  [505, unwell],
  [513, unwell],
  [600, asForInvite],
  [603, asForInvite],
  [604, noTarget],
]);

const hundreds: readonly ResponseRow[] = [
  row('works', 'it answers OPTIONS'),
  row('unusual', 'alive, it points elsewhere; that is not followed'),
  row('unusual', 'alive, it declines the request'),
  row('unusual', 'alive, it reports an error'),
  row('unusual', 'alive, declined everywhere'),
];
const fallback = row('unusual', 'alive');

/** What is proven when no final answer came, by the failure of the step; these rows are made here, not by a peer. */
const withoutAnswer: ReadonlyMap<FailureCode, ResponseRow> = new Map([
  ['sip_no_final', row('unwell', 'something lives there; the final answer is missing', { reachable: 'unknown' })],
  ['sip_malformed', row('unwell', 'something answers that cannot be read', { reachable: 'unknown' })],
  ['sip_not_sip', row('unwell', 'something answers that is not SIP', { reachable: 'no' })],
  ['sip_timeout', row('unwell', 'nothing came in our time', { reachable: 'no' })],
  ['udp_refused', row('unwell', 'the port is closed', { reachable: 'no' })],
  ['udp_unreachable', row('unwell', 'no way leads there', { reachable: 'no' })],
  ['connection_closed', row('unwell', 'hung up without an answer', { reachable: 'no' })],
  ['connection_reset', row('unwell', 'hung up without an answer', { reachable: 'no' })],
]);

/** What one OPTIONS proved. `from`: a status code is the peer's word; a missing answer is judged by us. */
export interface Proves extends Pick<ResponseRow, 'reachable' | 'authenticated' | 'authorised' | 'means'> {
  readonly from: 'peer' | 'us';
}

/** What an answer or its absence proves, for people and machines. Null: nothing was asked. Pure. */
export function provenBy(status: number | null, failure: FailureCode | null): Proves | null {
  const found = status === null ? (failure === null ? undefined : withoutAnswer.get(failure)) : responseRow(status);
  if (found === undefined) return null;
  const { reachable, authenticated, authorised, means } = found;
  return { from: status === null ? 'us' : 'peer', reachable, authenticated, authorised, means };
}

/** The row of a final status code, 200 to 699. */
export function responseRow(status: number): ResponseRow {
  return responseRows.get(status) ?? hundreds[Math.floor(status / 100) - 2] ?? fallback;
}
