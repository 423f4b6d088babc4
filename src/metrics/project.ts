import { edgeId } from '../federation/edge.ts';
import type { EdgeStatus } from '../federation/diagnosis.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Sample } from '../probe/probe.ts';
import { review } from '../probe/review.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { edgeLabel, projectEdge, type Judged } from './project-edge.ts';
import { freshStanding, projectPartner } from './project-partner.ts';

/** What the fleet says about one edge, gathered over all partners behind it. */
interface Gathered {
  readonly partners: Set<string>;
  /** Whether a partner leads to it that is not in a maintenance window. */
  watched: boolean;
  readonly evidence: Map<string, { readonly evidence: EdgeEvidence; readonly route: RouteEvidence }>;
}

function gather(edges: Map<string, Gathered>, { published, route, edges: seen }: PartnerSnapshot): void {
  if (route === null) return;
  for (const edge of route.edges) {
    const label = edgeLabel(edge);
    if (label === null) continue;
    const of = edges.get(label) ?? { partners: new Set<string>(), watched: false, evidence: new Map() };
    edges.set(label, of);
    of.partners.add(published.partner.domain);
    of.watched ||= published.state !== 'maintenance';
  }
  for (const evidence of seen) {
    const id = edgeId(evidence.edge);
    const of = edges.get(edgeLabel(evidence.edge) ?? '');
    const before = of?.evidence.get(id);
    if (before === undefined || before.evidence.slotMs < evidence.slotMs) of?.evidence.set(id, { evidence, route });
  }
}

/** How one edge is judged by itself: the same for every partner behind it. */
function statusOf(route: RouteEvidence, evidence: EdgeEvidence): EdgeStatus {
  const alone = { ...route, edges: [evidence.edge] };
  return review(alone, new Map([[edgeId(evidence.edge), evidence]])).edges[0]?.status ?? 'unproven';
}

/**
 * The series of a reading of the store, partner by partner and then edge by edge, computed only when pulled.
 * Nothing while the store cannot be read: absent, never frozen. Edges of stale partners are left out, and those
 * of which every partner is in maintenance: no rule may speak of them.
 */
export function* projectParts(snapshot: Snapshot): Generator<readonly Sample[], void, undefined> {
  if (!snapshot.storeUp) return;
  const edges = new Map<string, Gathered>();
  for (const partner of snapshot.partners) {
    yield projectPartner(partner, snapshot.nowMs);
    if (freshStanding(partner, snapshot.nowMs) !== null) gather(edges, partner);
  }
  for (const [edge, { partners, watched, evidence }] of [...edges].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!watched) continue;
    const judged = new Map<string, Judged>();
    for (const [id, of] of evidence) {
      judged.set(id, { evidence: of.evidence, status: statusOf(of.route, of.evidence) });
    }
    yield projectEdge(edge, partners.size, judged);
  }
}

/** All series of a reading of the store. Pure: the same snapshot gives the same samples in the same order. */
export function project(snapshot: Snapshot): readonly Sample[] {
  return [...projectParts(snapshot)].flat();
}
