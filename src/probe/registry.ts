import { blindFindings } from '../federation/blind-findings.ts';
import { driftFindings } from '../federation/drift-findings.ts';
import type { Finding, FindingEntry, Side } from '../federation/finding.ts';
import type { Check } from '../federation/observation.ts';
import { causeFindings } from '../federation/cause/findings.ts';
import { quorumFindings } from '../federation/quorum-findings.ts';
import { standingFindings } from '../federation/standing.ts';
import type { JudgedState } from '../federation/state.ts';
import { admission } from './admission/index.ts';
import { dns } from './dns/index.ts';
import { ownFindings } from './own/findings.ts';
import type { Probe } from './probe.ts';
import { sip } from './sip/index.ts';
import { tcp } from './tcp/index.ts';
import { tls } from './tls/index.ts';

/** Every kind of probe, bottom up. A new kind is a folder and a line here. */
export const probes = { dns, tcp, tls, admission, sip } as const satisfies Record<Check, Probe>;

const entries = new Map<string, FindingEntry>(
  [
    ...Object.values(probes).map((each: Probe) => each.findings),
    ownFindings,
    standingFindings,
    quorumFindings,
    driftFindings,
    blindFindings,
    causeFindings,
  ].flatMap(({ rows }) =>
    // A row's own argument shape is known where the finding is made; here only its words are read.
    Object.entries(rows).map(([code, row]): [string, FindingEntry] => [code, row as FindingEntry]),
  ),
);

export const findingCodes: readonly string[] = [...entries.keys()];

/** The catalogue row of a finding code, or undefined for a code that this version does not know. */
export function explain(code: string): FindingEntry | undefined {
  return entries.get(code);
}

export function stateOf(finding: Finding): JudgedState {
  return explain(finding.code)?.state ?? 'unknown';
}

export function sideOf(finding: Finding): Side {
  return explain(finding.code)?.side ?? 'unknown';
}
