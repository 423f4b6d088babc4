import type { Edge, Transport } from './edge.ts';
import type { Finding } from './finding.ts';
import { layers, type Layer, type Step } from './observation.ts';
import type { JudgedState } from './state.ts';

/** More consequences than this are not listed: nobody reads them, and a standing has to stay small. */
export const maxConsequences = 20;

export type Verdict = 'pass' | 'warn' | 'fail' | 'inconclusive';
export type Proof = 'proven' | 'failed' | 'not_proven';
export type Proofs = Readonly<Record<Layer, Proof>>;

/** `up`: every layer the profile asks for is proven; `down`: one is broken; `unproven`: we could not tell. */
export const edgeStatuses = ['up', 'down', 'unproven'] as const;
export type EdgeStatus = (typeof edgeStatuses)[number];

/** The steps and findings of one thing that was examined: a route, or an edge (`edge` set). */
export interface Judged {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  /** One of the findings: a warning that explains why some edges are down, and is the cause while others are up. */
  readonly reason?: Finding | null;
}

export interface JudgedEdge extends Judged {
  readonly edge: Edge;
}

export interface EdgeVerdict extends JudgedEdge {
  readonly status: EdgeStatus;
  readonly proofs: Proofs;
}

/** All that is known about a partner folded into one cause and its consequences. */
export interface Diagnosis {
  readonly state: JudgedState;
  readonly verdict: Verdict;
  readonly cause: Finding | null;
  readonly consequences: readonly Finding[];
  readonly layers: Proofs;
  readonly edges: readonly EdgeVerdict[];
  /** What was found about the route itself, notes included. */
  readonly routeFindings: readonly Finding[];
}

const layerOfStep: Readonly<Record<Step['name'], Layer>> = {
  srv_lookup: 'dns',
  address_lookup: 'dns',
  tcp_connect: 'tcp',
  tls_handshake: 'tls',
  admission: 'admission',
  sip_options: 'sip',
};

const layersOf: Readonly<Record<Transport, readonly Layer[]>> = {
  tls: ['tcp', 'tls', 'admission', 'sip'],
  tcp: ['tcp', 'sip'],
  udp: ['sip'],
};

/** The layers an edge must prove to be up. Direct Routing is judged without a SIP exchange (facts §5). */
function requiredLayers(edge: Edge): readonly Layer[] {
  if (!edge.options) return ['tcp', 'tls'];
  return layersOf[edge.transport];
}

/** A layer is failed by a `fail` finding in it; proven by a step that succeeded, unless a finding says we could not look. */
export function proofsOf(judged: Judged): Proofs {
  const proof = (layer: Layer): Proof => {
    const said = judged.findings.filter((each) => each.layer === layer).map((each) => each.severity);
    if (said.includes('fail')) return 'failed';
    if (said.includes('unproven')) return 'not_proven';
    const tried = judged.steps.filter((step) => layerOfStep[step.name] === layer);
    return tried.some((step) => step.failure === null) ? 'proven' : 'not_proven';
  };
  return proofRecord(proof);
}

function proofRecord(proof: (layer: Layer) => Proof): Proofs {
  return {
    dns: proof('dns'),
    tcp: proof('tcp'),
    tls: proof('tls'),
    admission: proof('admission'),
    sip: proof('sip'),
    policy: proof('policy'),
  };
}

function edgeVerdict(judged: JudgedEdge): EdgeVerdict {
  const proofs = proofsOf(judged);
  const broken = judged.findings.some((each) => each.severity === 'fail');
  const proven = requiredLayers(judged.edge).every((layer) => proofs[layer] === 'proven');
  return { ...judged, proofs, status: broken ? 'down' : proven ? 'up' : 'unproven' };
}

/** A partner's layer is proven when one edge proves it: one dead target of two does not break the layer. */
function partnerProofs(route: Judged, edges: readonly EdgeVerdict[]): Proofs {
  const ofRoute = proofsOf(route);
  return proofRecord((layer) => {
    if (layer === 'dns') return ofRoute.dns;
    const seen = edges.map((edge) => edge.proofs[layer]);
    if (layer === 'policy') return seen.includes('failed') ? 'failed' : 'not_proven';
    return seen.includes('proven') ? 'proven' : seen.includes('failed') ? 'failed' : 'not_proven';
  });
}

const height = (finding: Finding): number => layers.indexOf(finding.layer);

/** The lowest finding of a severity; the first one among equals. */
function lowest(findings: readonly Finding[], severity: Finding['severity']): Finding | undefined {
  return findings
    .filter((each) => each.severity === severity)
    .reduce<Finding | undefined>(
      (low, each) => (low === undefined || height(each) < height(low) ? each : low),
      undefined,
    );
}

/** When every edge is down, the one that got furthest speaks for the partner: mending it is the shortest way back. */
function furthest(down: readonly EdgeVerdict[]): Finding | undefined {
  return down
    .map((edge) => lowest(edge.findings, 'fail'))
    .filter((each) => each !== undefined)
    .reduce<Finding | undefined>(
      (far, each) => (far === undefined || height(each) > height(far) ? each : far),
      undefined,
    );
}

interface Conclusion {
  readonly state: JudgedState;
  readonly verdict: Verdict;
  readonly cause: Finding | null;
}

function conclude(route: Judged, edges: readonly EdgeVerdict[], stateOf: StateOf): Conclusion {
  const all = [...route.findings, ...edges.flatMap((edge) => edge.findings)];
  const broken = lowest(route.findings, 'fail');
  if (broken !== undefined) return { state: stateOf(broken), verdict: 'fail', cause: broken };

  const down = edges.filter((edge) => edge.status === 'down');
  const someUp = edges.some((edge) => edge.status === 'up');
  // Part of the route could not be looked up: the edges we know being dead does not prove that there are no others.
  const unanswered = lowest(route.findings, 'unproven');
  if (!someUp && unanswered !== undefined) return { state: 'unknown', verdict: 'inconclusive', cause: unanswered };
  if (!someUp && down.length > 0) {
    const cause = furthest(down) ?? null;
    return { state: cause === null ? 'unknown' : stateOf(cause), verdict: 'fail', cause };
  }
  const unproven = lowest(all, 'unproven') ?? null;
  if (!someUp) {
    // What is a side note beside a working edge is the reason when there is none.
    const reason = unproven ?? all.find((each) => stateOf(each) === 'unknown') ?? null;
    return { state: 'unknown', verdict: 'inconclusive', cause: reason };
  }

  const blemish =
    route.reason ??
    lowest(
      down.flatMap((edge) => edge.findings),
      'fail',
    ) ??
    lowest(all, 'warn') ??
    unproven;
  if (blemish !== null) return { state: 'degraded', verdict: 'warn', cause: blemish };
  return { state: 'healthy', verdict: 'pass', cause: null };
}

/** The state that a finding brings as a cause; the registry of kinds knows it. */
export type StateOf = (finding: Finding) => JudgedState;

/**
 * Folds the findings of a route and its edges into one cause, its consequences and a state.
 * Unknown is never green: without an edge that proves every layer the profile asks for, nothing is healthy.
 */
export function diagnose(route: Judged, judgedEdges: readonly JudgedEdge[], stateOf: StateOf): Diagnosis {
  const edges = judgedEdges.map(edgeVerdict);
  const conclusion = conclude(route, edges, stateOf);
  const all = [...route.findings, ...edges.flatMap((edge) => edge.findings)];
  const consequences = all
    .filter((each) => each !== conclusion.cause && each.severity !== 'note')
    .slice(0, maxConsequences);
  return { ...conclusion, consequences, layers: partnerProofs(route, edges), edges, routeFindings: route.findings };
}

/**
 * Lays what is otherwise than expected over a diagnosis. It proves and disproves nothing, and is the cause only where
 * there is no other.
 */
export function withDrift(diagnosis: Diagnosis, drift: readonly Finding[], stateOf: StateOf): Diagnosis {
  if (drift.length === 0) return diagnosis;
  const routeFindings = [...diagnosis.routeFindings, ...drift];
  const warnings = drift.filter(({ severity }) => severity === 'warn');
  const [first, ...others] = warnings;
  if (diagnosis.state !== 'healthy' || first === undefined) {
    const consequences = [...diagnosis.consequences, ...warnings].slice(0, maxConsequences);
    return { ...diagnosis, consequences, routeFindings };
  }
  const consequences = [...diagnosis.consequences, ...others].slice(0, maxConsequences);
  return { ...diagnosis, state: stateOf(first), verdict: 'warn', cause: first, consequences, routeFindings };
}
