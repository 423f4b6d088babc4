import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { providerAmong } from '../federation/provider.ts';
import type { Published } from '../federation/published.ts';
import type { Blindness, Look } from '../federation/blindness.ts';
import type { Baseline } from '../federation/baseline.ts';
import type { CauseBook } from '../federation/cause/book.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import type { Change } from '../federation/change.ts';
import type { OwnReport } from '../federation/own-report.ts';
import type { Tally } from './store.ts';

/** Everything a view needs of one partner. */
export interface PartnerSnapshot {
  readonly published: Published;
  readonly route: RouteEvidence | null;
  /** Evidence of the edges of the newest route, in route order; edges not examined yet are absent. */
  readonly edges: readonly EdgeEvidence[];
  /** The vantage whose evidence this is, where there are several. */
  readonly seenFrom?: string;
  readonly tally: Tally;
  /** What is expected of the partner; null: nothing was learned yet, or it was not asked for. */
  readonly baseline: Baseline | null;
}

/** The id of the known provider whose hosts a partner is reached at, by its newest route or its pinned host; or null. */
export function providerOf({ route: pinned }: Partner, route: RouteEvidence | null): string | null {
  return providerAmong([...(route?.edges.map(({ host }) => host) ?? []), ...(pinned === null ? [] : [pinned.host])]);
}

/** What the canary and the controls say. */
export interface Sight {
  /** Why no vantage sees; null: at least one does. */
  readonly blindness: Blindness | null;
  /** Why each vantage does not see that does not. */
  readonly blind: readonly Blindness[];
  /** The newest look from each vantage at each, the canary first; those not looked at yet are absent. */
  readonly looks: readonly Look[];
}

/** One consistent reading of the store: metrics, page, API and CLI are views of it. */
export interface Snapshot {
  readonly nowMs: number;
  /** False: the store could not be read; then `partners` and `events` are empty. */
  readonly storeUp: boolean;
  readonly partners: readonly PartnerSnapshot[];
  readonly events: readonly Change[];
  /** By what we know that we see; absent without a canary, and while the store cannot be read. */
  readonly sight?: Sight;
  /** Our own certificates; absent: nobody has read them lately. */
  readonly own?: OwnReport;
  /** What is remembered of shared causes; absent: nothing is. */
  readonly book?: CauseBook;
  /** Shared causes with their members, the greatest first; absent: nobody has joined them. */
  readonly causes?: readonly ShownCause[];
}
