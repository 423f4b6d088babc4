import type { CertificateFacts } from '../../federation/certificate.ts';
import type { EdgeEvidence, Observation } from '../../federation/observation.ts';
import type { RecordedFlight, TlsFacts } from './facts.ts';

// When the service records what a server sends (it costs about a third of a handshake more, `src/net/README.md`), and how
// long a record stands.

/** What is on record is looked at anew so often, milliseconds. */
export const recordEveryMs = 86_400_000;
/** So often while an edge fails: a refusal that lasts is not explained better by every record of it. */
export const recordWhileFailingEveryMs = 3_600_000;

/**
 * Why a handshake is recorded. `asked`: by a person; `new`: nothing is on record of this certificate at this address;
 * `daily`: the record is old; `failure`: the look before failed in TLS or admission.
 */
export type Recording = 'asked' | 'new' | 'daily' | 'failure';

/**
 * Whether the next look at an edge is recorded, by what was last kept of it; null: what is on record stands. A record
 * from the future is of a clock that was set back since. Pure.
 */
export function recordingNow(last: EdgeEvidence | null, nowMs: number): Recording | null {
  const flight = last === null ? null : (tlsOf(last)?.facts.flight ?? null);
  if (last === null || flight === null) return 'new';
  const ageMs = nowMs - Date.parse(flight.recordedAt);
  if (ageMs < 0 || ageMs >= recordEveryMs) return 'daily';
  const failureIsOnRecord = flight.why === 'failure' && ageMs < recordWhileFailingEveryMs;
  return refuses(last) && !failureIsOnRecord ? 'failure' : null;
}

/**
 * Evidence of a look that did not record, with the record that still stands: of the same chain, by its fingerprints. A
 * look that showed no chain, or another one, keeps none, so that the next is recorded. Pure.
 */
export function withRecord(fresh: EdgeEvidence, last: EdgeEvidence | null): EdgeEvidence {
  const [now, before] = [tlsOf(fresh), last === null ? undefined : tlsOf(last)];
  const flight = before?.facts.flight ?? null;
  if (now === undefined || before === undefined || flight === null) return fresh;
  if ((now.facts.flight ?? null) !== null || !sameChain(now.facts, before.facts)) return fresh;
  const observations = fresh.observations.map((each) =>
    each === now ? { ...now, facts: { ...now.facts, flight } satisfies TlsFacts } : each,
  );
  return { ...fresh, observations };
}

/** A flight as it goes on record; null where nothing was recorded or could be read. */
export function onRecord(
  flight: Omit<RecordedFlight, 'recordedAt' | 'why'> | null | undefined,
  why: Recording | null,
  nowMs: number,
): RecordedFlight | null {
  if (flight == null || why === null) return null;
  return { ...flight, recordedAt: new Date(nowMs).toISOString(), why };
}

const tlsOf = ({ observations }: EdgeEvidence): Observation<TlsFacts> | undefined =>
  observations.find(({ kind }) => kind === 'tls') as Observation<TlsFacts> | undefined;

function refuses({ observations }: EdgeEvidence): boolean {
  const asked = observations.filter(({ kind }) => kind === 'tls' || kind === 'admission');
  return asked.some(({ steps }) => steps.some(({ failure }) => failure !== null));
}

/** What was left out of the chain when it was kept is taken to be the same. */
function sameChain(now: TlsFacts, before: TlsFacts): boolean {
  const whole = ({ chain, chainDropped = 0 }: TlsFacts): number => chain.length + chainDropped;
  const same = (each: CertificateFacts, at: number): boolean => each.fingerprint256 === now.chain[at]?.fingerprint256;
  return now.chain.length > 0 && whole(now) === whole(before) && before.chain.every(same);
}
