import type { Diagnosis } from '../federation/diagnosis.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import { edgeId } from '../federation/edge.ts';
import type { Step } from '../federation/observation.ts';
import { concerns, type Change } from '../federation/change.ts';
import type { Letter } from '../probe/letter.ts';
import { report, type CheckReport } from '../probe/report.ts';
import { review, reviewDrift } from '../probe/review.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { sharedBy } from './shared.ts';
import { letterOf, type Viewpoint } from './view.ts';

/** Everything the store knows of one partner, with its newest evidence judged again. */
export interface Detail {
  readonly partner: PartnerSnapshot;
  /** Null until the route was looked up once. */
  readonly newest: { readonly report: CheckReport; readonly diagnosis: Diagnosis } | null;
  /** What to send to their administrator about the published cause; null: nothing. */
  readonly letter: Letter | null;
  /** The cause that it shares with others; null: none is known. */
  readonly shared: ShownCause | null;
  /** Newest first. */
  readonly changes: readonly Change[];
}

const endMs = (steps: readonly Step[]): number =>
  steps.reduce((latest, step) => Math.max(latest, step.startedMs + step.tookMs), 0);

/** The route first, then its edges side by side. */
function tookMs({ route, edges }: PartnerSnapshot): number {
  const ofEdges = edges.map((each) => endMs(each.observations.flatMap((one) => one.steps)));
  return endMs(route?.observation.steps ?? []) + Math.max(0, ...ofEdges);
}

/** One partner of a reading of the store, or null when the config does not name it. Pure. */
export function detailOf(snapshot: Snapshot, domain: string, { vantage, writer }: Viewpoint): Detail | null {
  const partner = snapshot.partners.find(({ published }) => published.partner.domain === domain);
  if (partner === undefined) return null;
  const { route, published } = partner;
  const changes = snapshot.events.filter((each) => concerns(each, published.partner));
  const shared = sharedBy(snapshot, domain);
  if (route === null) return { partner, newest: null, letter: letterOf(partner, null, writer), shared, changes };
  const edges = new Map(partner.edges.map((each) => [edgeId(each.edge), each]));
  const diagnosis = reviewDrift(review(route, edges), partner.baseline);
  const examined = {
    partner: published.partner,
    vantage: partner.seenFrom ?? vantage,
    route,
    edges,
    diagnosis,
    tookMs: tookMs(partner),
    writer,
  };
  const made = report(examined);
  return { partner, newest: { report: made, diagnosis }, letter: letterOf(partner, made, writer), shared, changes };
}
