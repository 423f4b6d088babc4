import type { Diagnosis, Proofs } from '../federation/diagnosis.ts';
import { edgeId, type Edge } from '../federation/edge.ts';
import type { Confidence, Finding, Side } from '../federation/finding.ts';
import type { Check, EdgeEvidence, Layer, Observation, RouteEvidence, Step } from '../federation/observation.ts';
import type { Partner, Profile } from '../federation/partner.ts';
import { providerOf } from '../federation/provider.ts';
import type { JudgedState } from '../federation/state.ts';
import type { ResolverWord, RouteFacts, SrvReply } from './dns/facts.ts';
import type { AdmissionFacts } from './admission/facts.ts';
import { letterAbout, type Letter, type Occasion, type Writer } from './letter.ts';
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
  readonly confidence: Confidence;
  readonly title: string;
  readonly summary: string;
  readonly action: string;
  /** The command that explains the code. */
  readonly runbook: string;
}

/** The cause as one examination shows it, with the text for the partner's administrator; null: nothing is to be sent. */
export interface ShownCause extends CauseReport {
  readonly letter: Letter | null;
}

export interface EdgeReport extends Edge {
  /** When it was examined, UTC; null when it was not. */
  readonly at: string | null;
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
  readonly cause: ShownCause | null;
  readonly consequences: readonly string[];
  readonly layers: Proofs;
  readonly route: {
    readonly pinned: boolean;
    readonly asked: readonly string[];
    readonly provider: string | null;
    readonly targets: RouteFacts['targets'];
    /** What was said about the SRV question that decided; null when nobody answered or the route is pinned. */
    readonly reply: SrvReply | null;
    /** What two resolvers said to the same question; empty when only one had something to say. */
    readonly words: readonly ResolverWord[];
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
    confidence: row?.confidence ?? 'open',
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
  readonly writer: Writer;
}

/** Everything an examination showed, for machines and for the views made from it. Pure. */
export function report({ partner, vantage, route, edges, diagnosis, tookMs, writer }: Examined): CheckReport {
  // Route evidence is only ever written by the dns kind.
  const facts = route.observation.facts as RouteFacts;
  const evidence = diagnosis.edges.map(({ edge }) => edges.get(edgeId(edge)));
  const shown = {
    at: route.at,
    route: routeReport(facts),
    edges: diagnosis.edges.map(({ edge, status, findings }, at) => ({
      ...edge,
      at: evidence[at]?.at ?? null,
      status,
      timings: timingReport(evidence[at]),
      tls: tlsReport(evidence[at]),
      admission: (factsOf(evidence[at], 'admission')?.facts as AdmissionFacts | undefined) ?? null,
      sip: sipReport(evidence[at]),
      findings,
    })),
  };
  const { domain } = partner;
  return {
    schema: reportSchema,
    domain,
    profile: partner.profile,
    vantage,
    at: shown.at,
    tookMs: Math.round(tookMs),
    state: diagnosis.state,
    cause: diagnosis.cause === null ? null : shownCause(diagnosis.cause, { domain, shown, since: null, writer }),
    consequences: diagnosis.consequences.map((each) => each.code),
    layers: diagnosis.layers,
    route: shown.route,
    edges: shown.edges,
    findings: allFindings(diagnosis),
    steps: [
      ...route.observation.steps,
      ...evidence.flatMap((each) => each?.observations ?? []).flatMap((each) => each.steps),
    ],
  };
}

function shownCause(finding: Finding, about: Omit<Occasion, 'finding'>): ShownCause {
  return { ...causeReport(finding), letter: letterAbout({ finding, ...about }, explain(finding.code)) };
}

function routeReport(facts: RouteFacts): CheckReport['route'] {
  const { pinned, asked, targets, reply = null, words = [] } = facts;
  return { pinned, asked, provider: providerIn(facts), targets, reply, words };
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
