import { isLearned, type Baseline, type ExpectedCertificate } from '../federation/baseline.ts';
import type { Drift } from '../federation/drift.ts';
import { standingDrifts } from '../federation/follow.ts';
import type { SeenTarget } from '../federation/sight.ts';

/** What is expected of a partner, for machines. Instants are UTC ISO 8601. */
export interface BaselineRow {
  /** False: it is still being learned, and nothing is held against it. */
  readonly learned: boolean;
  readonly since: string;
  readonly acceptedAt: string | null;
  readonly targets: readonly SeenTarget[];
  readonly hosts: readonly { readonly host: string; readonly addresses: readonly string[] }[];
  readonly certificates: readonly (Omit<ExpectedCertificate, 'known'> & { readonly fingerprints: readonly string[] })[];
  /** What stands otherwise, confirmed and not accepted. */
  readonly deviations: readonly (Drift & { readonly since: string })[];
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** A baseline as the API and the CLI show it. Pure. */
export function baselineRow(baseline: Baseline): BaselineRow {
  const { learnedMs, acceptedMs, targets, hosts, certificates } = baseline;
  return {
    learned: isLearned(baseline),
    since: iso(learnedMs),
    acceptedAt: acceptedMs === null ? null : iso(acceptedMs),
    targets,
    hosts: hosts.map(({ host, known }) => ({ host, addresses: known.map(({ value }) => value).sort() })),
    certificates: certificates.map(({ known, ...rest }) => ({
      ...rest,
      fingerprints: known.map(({ value }) => value),
    })),
    deviations: standingDrifts(baseline).map(({ sinceMs, ...drift }) => ({ ...drift, since: iso(sinceMs) })),
  };
}
