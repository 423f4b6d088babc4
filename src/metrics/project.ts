import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Sample } from '../probe/probe.ts';
import { review } from '../probe/review.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { edgeLabel } from './edge-label.ts';
import { projectCause } from './project-cause.ts';
import { projectEdge, type Judged } from './project-edge.ts';
import { freshStanding, projectPartner } from './project-partner.ts';
import { projectSight } from './project-sight.ts';
import { projectVantages } from './project-vantage.ts';

/** What the fleet says about one edge, gathered over all partners behind it. */
export interface Gathered {
  partners: number;
  /** The last partner that was counted: one may reach an edge at several addresses. */
  last: string;
  /** Whether a partner leads to it that is not in a maintenance window. */
  watched: boolean;
  readonly evidence: Map<string, { readonly evidence: EdgeEvidence; readonly route: RouteEvidence }>;
}

interface Named {
  /** Null: it cannot be shown. */
  readonly label: string | null;
  readonly id: string;
}

/** What follows from evidence alone is made once while the same is read again and again. */
function once<Of extends object, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const all = new WeakMap<Of, { readonly made: Made }>();
  return (of) => {
    const known = all.get(of) ?? { made: make(of) };
    all.set(of, known);
    return known.made;
  };
}

const namedEdges = once((route: RouteEvidence): readonly Named[] =>
  route.edges.map((edge) => ({ label: edgeLabel(edge), id: edgeId(edge) })),
);

const idOf = once(({ edge }: EdgeEvidence) => edgeId(edge));

function gather(edges: Map<string, Gathered>, { published, route, edges: seen }: PartnerSnapshot): void {
  if (route === null) return;
  const { domain } = published.partner;
  // Evidence stands in the order of the route; that of some edges is absent.
  let next = 0;
  for (const { label, id } of namedEdges(route)) {
    const evidence = seen[next];
    const isOfThis = evidence !== undefined && idOf(evidence) === id;
    if (isOfThis) next += 1;
    if (label === null) continue;
    const known = edges.get(label);
    const of: Gathered = known ?? { partners: 0, last: '', watched: false, evidence: new Map() };
    if (known === undefined) edges.set(label, of);
    if (of.last !== domain) of.partners += 1;
    of.last = domain;
    of.watched ||= published.state !== 'maintenance';
    if (!isOfThis) continue;
    const before = of.evidence.get(id);
    if (before === undefined || before.evidence.slotMs < evidence.slotMs) of.evidence.set(id, { evidence, route });
  }
}

/** How one edge is judged by itself: the same for every partner behind it. */
function judgedAlone(route: RouteEvidence, evidence: EdgeEvidence): readonly Judged[] {
  const alone = { ...route, edges: [evidence.edge] };
  const verdicts = review(alone, new Map([[edgeId(evidence.edge), evidence]])).edges;
  return verdicts.map(({ status, proofs }) => ({ evidence, status, proofs }));
}

/** Every series about one edge. */
export function projectGathered(label: string, { partners, evidence }: Gathered): readonly Sample[] {
  const judged = new Map<string, Judged>();
  for (const [id, of] of evidence) {
    for (const verdict of judgedAlone(of.route, of.evidence)) judged.set(id, verdict);
  }
  return projectEdge(label, partners, judged);
}

/** How each part of an exposition is made. */
export interface Makers<Part> {
  partner(partner: PartnerSnapshot, nowMs: number): Part;
  edge(label: string, gathered: Gathered): Part;
  rest(samples: readonly Sample[]): Part;
}

const asSamples: Makers<readonly Sample[]> = {
  partner: projectPartner,
  edge: projectGathered,
  rest: (samples) => samples,
};

/**
 * The series of a reading of the store: our sight and the causes, then partner by partner and edge by edge, computed only when pulled.
 * Nothing while the store cannot be read: absent, never frozen. Edges of stale partners are left out, and those
 * of which every partner is in maintenance: no rule may speak of them.
 */
export function* projectParts<Part>(snapshot: Snapshot, make: Makers<Part>): Generator<Part, void, undefined> {
  if (!snapshot.storeUp) return;
  // What is told once for many comes first: it is the last that an exposition without room may leave out.
  if (snapshot.sight !== undefined) yield make.rest(projectSight(snapshot.sight));
  for (const cause of snapshot.causes ?? []) for (const samples of projectCause(cause)) yield make.rest(samples);
  const edges = new Map<string, Gathered>();
  for (const partner of snapshot.partners) {
    yield make.partner(partner, snapshot.nowMs);
    if (freshStanding(partner, snapshot.nowMs) !== null) gather(edges, partner);
  }
  yield make.rest(projectVantages(snapshot.partners, snapshot.nowMs));
  for (const [label, gathered] of [...edges].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (gathered.watched) yield make.edge(label, gathered);
  }
}

/** All series of a reading of the store. Pure: the same snapshot gives the same samples in the same order. */
export function project(snapshot: Snapshot): readonly Sample[] {
  return [...projectParts(snapshot, asSamples)].flat();
}
