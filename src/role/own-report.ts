import { printable } from '../federation/failure.ts';
import type { Finding, Severity } from '../federation/finding.ts';
import type { OwnCertificateReport, OwnReport } from '../federation/own-report.ts';
import type { OwnCertificateFacts } from '../probe/own/facts.ts';

/** What was read and judged of one certificate of ours. */
export interface Judged {
  readonly facts: OwnCertificateFacts;
  readonly findings: readonly Finding[];
}

/** More certificates than this are counted and not listed, more names of one not shown. */
export const mostReported = 50;
const mostNames = 5;
const mostTargets = 10;
/** The longest domain name. */
const nameLength = 253;

const weight: Readonly<Record<Severity, number>> = { fail: 0, warn: 1, unproven: 2, note: 3 };
const worst = ({ findings }: Judged): number => Math.min(...findings.map(({ severity }) => weight[severity]), 4);

function certificateReport({ facts, findings }: Judged): OwnCertificateReport {
  const [leaf] = facts.chain;
  return {
    name: facts.name,
    names: leaf?.names.dns.slice(0, mostNames).map((each) => printable(each, nameLength)) ?? [],
    issuer: leaf === undefined ? null : printable(leaf.issuer, nameLength),
    notBefore: leaf?.notBefore ?? null,
    notAfter: leaf?.notAfter ?? null,
    findings,
  };
}

/** What views are told of our own certificates: bounded, those in trouble first. Pure. */
export function ownReport(
  judged: readonly Judged[],
  { slotMs, domain, targets, targetsMs }: Pick<OwnReport, 'slotMs' | 'domain' | 'targets' | 'targetsMs'>,
): OwnReport {
  const sorted = judged.toSorted((a, b) => worst(a) - worst(b));
  const certificates = sorted.slice(0, mostReported).map(certificateReport);
  const dropped = judged.length - certificates.length;
  const shown = targets?.slice(0, mostTargets).map((each) => printable(each, nameLength)) ?? null;
  return { slotMs, domain, targets: shown, targetsMs, certificates, dropped };
}
