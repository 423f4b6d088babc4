import type { CertificateFacts } from '../federation/certificate.ts';
import type { ClockEvidence, MetCertificate, ToldTime } from '../federation/clock-doubt.ts';
import type { Edge } from '../federation/edge.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import type { CheckReport } from './report.ts';
import type { SipFacts } from './sip/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

/** What one edge tells about our clock. */
interface Witness {
  readonly edge: Pick<Edge, 'host'>;
  readonly at: string;
  readonly leaf: CertificateFacts | undefined;
  readonly date: SipFacts['date'];
}

function evidenceOf(witnesses: readonly Witness[]): ClockEvidence {
  return {
    certificates: witnesses.flatMap(({ leaf, at }): readonly MetCertificate[] => {
      if (leaf === undefined) return [];
      const { fingerprint256, notBefore, notAfter } = leaf;
      return [{ fingerprint256, notBefore, notAfter, at }];
    }),
    times: witnesses.flatMap(({ edge: { host }, date }): readonly ToldTime[] =>
      date == null ? [] : [{ host, says: date.says, at: date.heardAt }],
    ),
  };
}

/** What the edges of many partners tell about our clock, for `clockDoubt`: evidence from one place. Pure. */
export function clockEvidence(edges: readonly EdgeEvidence[]): ClockEvidence {
  return evidenceOf(
    edges.map(({ edge, at, observations }) => {
      const tls = observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts | undefined;
      const sip = observations.find(({ kind }) => kind === 'sip')?.facts as SipFacts | undefined;
      return { edge, at, leaf: tls?.chain[0], date: sip?.date };
    }),
  );
}

/** The same from reports. Pure. */
export function clockEvidenceIn(reports: readonly CheckReport[]): ClockEvidence {
  return evidenceOf(
    reports.flatMap(({ at, edges }) =>
      edges.map((edge) => ({ edge, at, leaf: edge.tls?.chain[0], date: edge.sip?.date })),
    ),
  );
}
