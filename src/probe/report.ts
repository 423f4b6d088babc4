import type { Diagnosis, Proofs } from '../federation/diagnosis.ts';
import { edgeId, type Edge } from '../federation/edge.ts';
import type { Finding, Side } from '../federation/finding.ts';
import type { Check, EdgeEvidence, Layer, Observation, RouteEvidence, Step } from '../federation/observation.ts';
import type { Partner, Profile } from '../federation/partner.ts';
import { providerOf } from '../federation/provider.ts';
import type { JudgedState } from '../federation/state.ts';
import type { RouteFacts } from './dns/facts.ts';
import type { AdmissionFacts } from './admission/facts.ts';
import { explain } from './registry.ts';
import { timingReport, tlsReport, type TimingReport, type TlsReport } from './report-tls.ts';
import type { SipFacts } from './sip/facts.ts';
import { provenBy, type Proves } from './sip/responses.ts';

export const reportSchema = 'fedmon.check/1';

/** The one cause of a partner's state, in words for a person. */
export interface CauseReport {
  readonly layer: Layer;
  readonly code: string;
  readonly side: Side;
  readonly title: string;
  readonly summary: string;
  readonly action: string;
  /** The command that explains the code. */
  readonly runbook: string;
}

export interface EdgeReport extends Edge {
  readonly status: 'up' | 'down' | 'unproven';
  readonly timings?: TimingReport;
  readonly tls: TlsReport | null;
  /** What the answer said, and what that proves; none of it proves that users can chat. */
  readonly sip: (SipFacts & { readonly proves: Proves | null }) | null;
  /** Whether the edge let us in, and the form of its refusal; null when it did not come so far. */
  readonly admission?: AdmissionFacts | null;
  readonly findings: readonly Finding[];
}

/** What `check --json` prints and the API serves: one object per domain. Durations in milliseconds, `at` in UTC. */
export interface CheckReport {
  readonly schema: typeof reportSchema;
  readonly domain: string;
  readonly profile: Profile;
  readonly vantage: string;
  readonly at: string;
  readonly tookMs: number;
  readonly state: JudgedState;
  readonly cause: CauseReport | null;
  readonly consequences: readonly string[];
  readonly layers: Proofs;
  readonly route: {
    readonly pinned: boolean;
    readonly asked: readonly string[];
    readonly provider: string | null;
    readonly targets: RouteFacts['targets'];
  };
  readonly edges: readonly EdgeReport[];
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
}

/** The words of a finding as a cause; a code this version does not know still shows what it said. */
export function causeReport(finding: Finding): CauseReport {
  const row = explain(finding.code);
  return {
    layer: finding.layer,
    code: finding.code,
    side: row?.side ?? 'unknown',
    title: row?.title ?? finding.code,
    summary: finding.summary,
    action: row?.action ?? 'Read the trail of the examination.',
    runbook: `fedmon explain ${finding.code}`,
  };
}

function factsOf(evidence: EdgeEvidence | undefined, kind: Check): Observation<unknown> | undefined {
  return evidence?.observations.find((each) => each.kind === kind);
}

function sipReport(evidence: EdgeEvidence | undefined): EdgeReport['sip'] {
  const observation = factsOf(evidence, 'sip') as Observation<SipFacts> | undefined;
  if (observation === undefined) return null;
  const { facts } = observation;
  const failure = observation.steps.find((step) => step.name === 'sip_options')?.failure?.code ?? null;
  return { ...facts, proves: provenBy(facts.status, failure) };
}

export interface Examined {
  readonly partner: Partner;
  readonly vantage: string;
  readonly route: RouteEvidence;
  readonly edges: ReadonlyMap<string, EdgeEvidence>;
  readonly diagnosis: Diagnosis;
  readonly tookMs: number;
}

/** Everything an examination showed, for machines and for the views made from it. Pure. */
export function report({ partner, vantage, route, edges, diagnosis, tookMs }: Examined): CheckReport {
  // Route evidence is only ever written by the dns kind.
  const facts = route.observation.facts as RouteFacts;
  const evidence = diagnosis.edges.map(({ edge }) => edges.get(edgeId(edge)));
  return {
    schema: reportSchema,
    domain: partner.domain,
    profile: partner.profile,
    vantage,
    at: route.at,
    tookMs: Math.round(tookMs),
    state: diagnosis.state,
    cause: diagnosis.cause === null ? null : causeReport(diagnosis.cause),
    consequences: diagnosis.consequences.map((each) => each.code),
    layers: diagnosis.layers,
    route: { pinned: facts.pinned, asked: facts.asked, provider: providerIn(facts), targets: facts.targets },
    edges: diagnosis.edges.map(({ edge, status, findings }, at) => ({
      ...edge,
      status,
      timings: timingReport(evidence[at]),
      tls: tlsReport(evidence[at]),
      admission: (factsOf(evidence[at], 'admission')?.facts as AdmissionFacts | undefined) ?? null,
      sip: sipReport(evidence[at]),
      findings,
    })),
    findings: allFindings(diagnosis),
    steps: [
      ...route.observation.steps,
      ...evidence.flatMap((each) => each?.observations ?? []).flatMap((each) => each.steps),
    ],
  };
}

function providerIn(facts: RouteFacts): string | null {
  return facts.targets.map((target) => providerOf(target.host)).find((each) => each !== null)?.id ?? null;
}

/** Cause first, then consequences, then notes: each finding once. */
function allFindings(diagnosis: Diagnosis): readonly Finding[] {
  const { cause, consequences, edges, routeFindings } = diagnosis;
  const notes = [...routeFindings, ...edges.flatMap((edge) => edge.findings)].filter(
    (each) => each.severity === 'note' && each !== cause,
  );
  return [...(cause === null ? [] : [cause]), ...consequences, ...notes];
}
