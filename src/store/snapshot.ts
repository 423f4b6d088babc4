import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Published } from '../federation/published.ts';
import type { Baseline } from '../federation/baseline.ts';
import type { Change } from '../federation/change.ts';
import type { Tally } from './store.ts';

/** Everything a view needs of one partner. */
export interface PartnerSnapshot {
  readonly published: Published;
  readonly route: RouteEvidence | null;
  /** Evidence of the edges of the newest route, in route order; edges not examined yet are absent. */
  readonly edges: readonly EdgeEvidence[];
  readonly tally: Tally;
  /** What is expected of the partner; null until an examination proved it to work. */
  readonly baseline: Baseline | null;
}

/** One consistent reading of the store: metrics, page, API and CLI are views of it. */
export interface Snapshot {
  readonly nowMs: number;
  /** False: the store could not be read; then `partners` and `events` are empty. */
  readonly storeUp: boolean;
  readonly partners: readonly PartnerSnapshot[];
  readonly events: readonly Change[];
}
