import type { OwnReport } from '../federation/own-report.ts';
import { ownWord, type OwnWord } from '../probe/self.ts';

/** What is wrong with our own certificates, in words, those in trouble first; empty when nothing is known to be. */
export function ownWords(report: OwnReport | undefined): readonly OwnWord[] {
  return (report?.certificates ?? []).flatMap(({ name, findings }) =>
    findings.map((finding) => ownWord({ subject: name, finding })),
  );
}

/** One certificate of ours: a row of `/api/v1/own-certificates`. Instants are UTC ISO 8601. */
export interface OwnRow {
  readonly name: string;
  /** The first five. */
  readonly names: readonly string[];
  readonly issuer: string | null;
  /** Null where the file was never read. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly findings: readonly OwnWord[];
}

/** What is known of our own certificates. */
export interface OwnAnswer {
  /** When the files were read. */
  readonly read: string;
  readonly domain: string | null;
  /** The hosts that the SRV record of our domain names; null: not known. */
  readonly targets: readonly string[] | null;
  readonly lookedUp: string | null;
  readonly certificates: readonly OwnRow[];
  /** How many more there are. */
  readonly dropped: number;
}

/** The answer of the API; null: nobody has read our certificates in the last minutes. */
export function ownAnswer(report: OwnReport | undefined): OwnAnswer | null {
  if (report === undefined) return null;
  const { slotMs, domain, targets, targetsMs, certificates, dropped } = report;
  return {
    read: new Date(slotMs).toISOString(),
    domain,
    targets,
    lookedUp: targetsMs === null ? null : new Date(targetsMs).toISOString(),
    certificates: certificates.map(({ name, names, issuer, notBefore, notAfter, findings }) => ({
      name,
      names,
      issuer,
      notBefore,
      notAfter,
      findings: findings.map((finding) => ownWord({ subject: name, finding })),
    })),
    dropped,
  };
}
