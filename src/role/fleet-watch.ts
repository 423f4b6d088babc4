import { nextAccount, suspicionOf, type Account, type Suspicion } from '../federation/fleet.ts';
import type { Finding } from '../federation/finding.ts';
import type { EdgeEvidence, Layer, Observation, RouteEvidence } from '../federation/observation.ts';
import { operatorOf } from '../federation/sight.ts';
import { prefixOf } from '../federation/cause/prefix.ts';
import type { Clock } from '../net/clock.ts';
import { troublesOfEdge, troublesOfRoute } from '../probe/review.ts';

/** In these layers a failure of ours looks as if everybody failed. Above them it is they who answer. */
const sharedLayers = ['dns', 'tcp', 'tls'] as const satisfies readonly Layer[];
type SharedLayer = (typeof sharedLayers)[number];

/** What is remembered of each layer: the operators heard of last, so many. */
export const mostOperators = 1_000;

/** Remembers what the partners that this worker examines show together. */
export interface FleetWatch {
  /** `before` is what was kept of it last; null: nothing. `troubles` are those of the newer evidence. */
  hearRoute(route: RouteEvidence, troubles: readonly Finding[], before: RouteEvidence | null): void;
  hearEdge(evidence: EdgeEvidence, troubles: readonly Finding[], before: EdgeEvidence | null): void;
  /** Why it is more likely us, and how long ago that began; null: it is not suspected. As of what was heard last. */
  suspicion(): (Suspicion & { readonly layer: SharedLayer; readonly agoMs: number }) | null;
}

/** Whether evidence shows that a layer works; null: it does not say. */
function worksIn(
  layer: Layer,
  observations: readonly Observation<unknown>[],
  troubles: readonly Finding[],
): boolean | null {
  const isSeen = observations.some(({ kind, steps }) => kind === layer && steps.length > 0);
  if (!isSeen || troubles.some(({ code }) => code === 'local_resource')) return null;
  return !troubles.some((each) => each.layer === layer);
}

/** How long ago the first step of an examination that just ended began. */
function tookMs(observations: readonly Observation<unknown>[]): number {
  return Math.max(0, ...observations.flatMap(({ steps }) => steps.map((step) => step.startedMs + step.tookMs)));
}

interface Heard {
  readonly who: Pick<Account, 'operator' | 'place'>;
  readonly observations: readonly Observation<unknown>[];
  readonly troubles: readonly Finding[];
  /** Whether a layer worked when it was last looked at. */
  readonly worked: (layer: Layer) => boolean;
}

export function watchFleet(clock: Pick<Clock, 'monotonic'>): FleetWatch {
  const accounts = new Map(sharedLayers.map((layer) => [layer, new Map<string, Account>()]));
  let suspected: { readonly layer: SharedLayer; readonly suspicion: Suspicion } | null = null;

  const weigh = (): void => {
    const nowMs = clock.monotonic();
    suspected = null;
    for (const [layer, ofLayer] of accounts) {
      const suspicion = suspicionOf([...ofLayer.values()], nowMs);
      if (suspicion !== null) suspected ??= { layer, suspicion };
    }
  };

  const hear = ({ who, observations, troubles, worked }: Heard): void => {
    const atMs = clock.monotonic() - tookMs(observations);
    for (const [layer, ofLayer] of accounts) {
      const works = worksIn(layer, observations, troubles);
      const known = ofLayer.get(who.operator);
      // What is not kept while we are suspected stays what it was, until what was kept of it is forgotten.
      const stillTurned = suspected?.layer === layer && known?.turnedMs !== null && known !== undefined;
      if (works === null || (!works && !worked(layer) && !stillTurned)) continue;
      ofLayer.delete(who.operator);
      ofLayer.set(who.operator, nextAccount(known, { ...who, atMs, works }));
      const [oldest] = ofLayer.keys();
      if (ofLayer.size > mostOperators && oldest !== undefined) ofLayer.delete(oldest);
    }
    if (troubles.length > 0 || suspected !== null) weigh();
  };

  return {
    hearRoute({ domain, observation }, troubles, before) {
      const operator = operatorOf(domain, '');
      const worked = (layer: Layer): boolean =>
        before !== null && worksIn(layer, [before.observation], troublesOfRoute(before)) === true;
      hear({ who: { operator, place: operator }, observations: [observation], troubles, worked });
    },
    hearEdge({ edge, observations }, troubles, before) {
      const who = { operator: operatorOf(edge.host, ''), place: prefixOf(edge.address) };
      const worked = (layer: Layer): boolean =>
        before !== null && worksIn(layer, before.observations, troublesOfEdge(before)) === true;
      hear({ who, observations, troubles, worked });
    },
    suspicion() {
      if (suspected === null) return null;
      const { layer, suspicion } = suspected;
      return { ...suspicion, layer, agoMs: clock.monotonic() - suspicion.sinceMs };
    },
  };
}
