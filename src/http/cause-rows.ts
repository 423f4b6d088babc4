import type { CauseKind } from '../federation/cause/fact.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import { causeReport, type CauseReport } from '../probe/report.ts';
import { iso } from './api.ts';

/** A cause that partners share: one row of `/api/v1/causes`. */
export interface CauseRow extends CauseReport {
  readonly id: string;
  readonly kind: CauseKind;
  /** What they share. */
  readonly name: string;
  readonly since: string | null;
  /** How many share it and fail, and how many share it and were seen to work since it began. */
  readonly partners: number;
  readonly healthy: number;
  /** How the members fail, the commonest first. */
  readonly evidence: readonly { readonly code: string; readonly partners: number }[];
  /** How often the number of members has doubled since it was first told. */
  readonly step: number;
  /** Since when it does not explain enough any more and is about to end; null: it stands. */
  readonly waning: string | null;
  readonly members: readonly string[];
}

export function causeRow(cause: ShownCause): CauseRow {
  const { id, kind, name, finding, codes, sinceMs, members, healthy, step, wanesMs } = cause;
  return {
    id,
    kind,
    name,
    ...causeReport(finding),
    since: iso(sinceMs),
    partners: members.length,
    healthy,
    evidence: codes.map(({ code, count }) => ({ code, partners: count })),
    step,
    waning: iso(wanesMs),
    members,
  };
}
