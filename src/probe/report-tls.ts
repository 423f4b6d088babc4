import type { SessionFacts } from '../federation/handshake.ts';
import type { EdgeEvidence, Observation, Step } from '../federation/observation.ts';
import type { AdmissionFacts } from './admission/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

/** What TLS showed of one edge, for machines. What is not known, or not looked at, is null. */
export type TlsReport = Omit<TlsFacts, 'serverName' | 'sought' | 'rooted' | 'stapled'> & {
  readonly stapled?: boolean | null;
};

/** How long it took to open the connection and to shake hands, milliseconds; null for what was not done. */
export interface TimingReport {
  readonly connectMs: number | null;
  readonly handshakeMs: number | null;
}

export function tlsReport(evidence: EdgeEvidence | undefined): TlsReport | null {
  const observation = evidence?.observations.find(({ kind }) => kind === 'tls') as Observation<TlsFacts> | undefined;
  if (observation === undefined) return null;
  const { facts } = observation;
  return {
    protocol: facts.protocol,
    cipher: facts.cipher,
    verification: facts.verification,
    offeredCertificate: facts.offeredCertificate,
    chain: facts.chain,
    keyExchange: facts.keyExchange ?? null,
    stapled: facts.stapled ?? null,
    alert: facts.alert ?? null,
    ...(facts.versions === undefined ? {} : { versions: facts.versions }),
    nameMatch: facts.nameMatch ?? null,
    certificateRequested: facts.certificateRequested ?? null,
    alpn: facts.alpn ?? null,
    staple: facts.staple ?? null,
    session: sessionOf(facts, evidence),
    roots: facts.roots ?? {},
    flight: facts.flight ?? null,
  };
}

/** The session with the ticket that came after the handshake. */
function sessionOf({ session = null }: TlsFacts, evidence: EdgeEvidence | undefined): SessionFacts | null {
  const after = evidence?.observations.find(({ kind }) => kind === 'admission') as
    Observation<AdmissionFacts> | undefined;
  return session === null
    ? null
    : { ...session, ticketSeconds: session.ticketSeconds ?? after?.facts.ticketSeconds ?? null };
}

export function timingReport(evidence: EdgeEvidence | undefined): TimingReport {
  const steps = (evidence?.observations ?? []).flatMap((each) => each.steps);
  const took = (name: Step['name']): number | null =>
    steps.find((each) => each.name === name && each.failure === null)?.tookMs ?? null;
  return { connectMs: took('tcp_connect'), handshakeMs: took('tls_handshake') };
}
