import type { EdgeEvidence, Observation, Restraint } from '../federation/observation.ts';
import type { SipFacts } from './sip/facts.ts';
import { responseRow } from './sip/responses.ts';

/** Nobody keeps us away for longer than this: the longest `Retry-After` that is honoured, and the pause after refusals. */
export const longestPauseMs = 3_600_000;
/** So many answers in a row that refuse us, and SIP is asked only once in a pause. */
export const refusalsUntilPause = 5;

const sipOf = ({ observations }: EdgeEvidence): Observation<SipFacts> | undefined =>
  observations.find(({ kind }) => kind === 'sip') as Observation<SipFacts> | undefined;

/**
 * What follows from the newest answer for how soon SIP is asked again: `Retry-After` (RFC 3261 §20.33) keeps us away for
 * as long as it says, a row of refusals for a pause. Null: nothing does. Pure.
 */
function restraintAfter({ at, facts }: Observation<SipFacts>, refusedBefore: number): Restraint | null {
  const { status, retryAfterSeconds } = facts;
  if (status === null) return null;
  const refusals = responseRow(status).class === 'refused' ? refusedBefore + 1 : 0;
  const waitMs = status < 300 ? 0 : (retryAfterSeconds ?? 0) * 1000;
  const pauseMs = refusals >= refusalsUntilPause ? longestPauseMs : 0;
  const heldMs = Math.min(longestPauseMs, Math.max(waitMs, pauseMs));
  if (heldMs === 0) return refusals === 0 ? null : { refusals, until: null, why: null };
  const until = new Date(Date.parse(at) + heldMs).toISOString();
  return { refusals, until, why: waitMs >= pauseMs ? 'retry_after' : 'refusals' };
}

/** Why SIP is not to be asked now; null: it may be. A clock that went back holds nobody longer than a pause. Pure. */
export function heldNow(last: EdgeEvidence | null, nowMs: number): Restraint | null {
  const held = last?.restraint ?? null;
  if (held?.until == null) return null;
  const leftMs = Date.parse(held.until) - nowMs;
  return leftMs > 0 && leftMs <= longestPauseMs ? held : null;
}

/** What is kept of an examination: with the answer that still stands when SIP was not asked, else as it is. Pure. */
export function restrained(fresh: EdgeEvidence, last: EdgeEvidence | null, held: Restraint | null): EdgeEvidence {
  return held === null || last === null ? withRestraint(fresh, last) : withStanding(fresh, last, held);
}

/** Fresh evidence with what it means for the next time. Pure. */
function withRestraint(fresh: EdgeEvidence, last: EdgeEvidence | null): EdgeEvidence {
  const sip = sipOf(fresh);
  const restraint = sip === undefined ? null : restraintAfter(sip, last?.restraint?.refusals ?? 0);
  return restraint === null ? fresh : { ...fresh, restraint };
}

/**
 * Evidence that was gathered without asking SIP, with the answer that still stands: each observation keeps its own time
 * and says until when it is kept. Where a lower layer failed meanwhile nothing stands any more. Pure.
 */
function withStanding(fresh: EdgeEvidence, last: EdgeEvidence, held: Restraint): EdgeEvidence {
  const failed = fresh.observations.some(({ steps }) => steps.some(({ failure }) => failure !== null));
  const answer = sipOf(last);
  if (failed || answer === undefined || held.until === null) return fresh;
  const kept = { until: held.until, why: held.why ?? 'refusals' };
  const admission = last.observations.find(({ kind }) => kind === 'admission');
  const lower = fresh.observations.filter(({ kind }) => kind !== 'admission' || admission === undefined);
  const standing = [...(admission === undefined ? [] : [admission]), answer].map((each) => ({ ...each, kept }));
  return { ...fresh, observations: [...lower, ...standing], restraint: held };
}
