import type { Finding } from './finding.ts';

/** One certificate of ours at the last look, and what is wrong with it. Instants are UTC ISO 8601. */
export interface OwnCertificateReport {
  readonly name: string;
  /** The first of the names it has. */
  readonly names: readonly string[];
  readonly issuer: string | null;
  /** Null where the file was never read. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly findings: readonly Finding[];
}

/** What is known of our own certificates: what views show of them. */
export interface OwnReport {
  /** When the files were read, epoch milliseconds. */
  readonly slotMs: number;
  /** The domain in whose name we ask; null: none is configured. */
  readonly domain: string | null;
  /** Where the SRV record of our domain leads; null: not looked up, or nobody answered. */
  readonly targets: readonly string[] | null;
  /** When it was looked up, epoch milliseconds; null: not yet. */
  readonly targetsMs: number | null;
  /** Those in trouble first. */
  readonly certificates: readonly OwnCertificateReport[];
  /** How many more there are than are listed. */
  readonly dropped: number;
}

/** A report of half as many certificates, and so on until there is none. */
export function* smallerOwnReport(report: OwnReport): Generator<OwnReport, void, undefined> {
  let { certificates, dropped } = report;
  while (certificates.length > 0) {
    const half = Math.floor(certificates.length / 2);
    dropped += certificates.length - half;
    certificates = certificates.slice(0, half);
    yield { ...report, certificates, dropped };
  }
}
