import type { Partner, PinnedRoute } from './partner.ts';
import { stopsPartner, type Stops } from './stop.ts';

/** The target of our own that must always pass. Times in milliseconds. */
export interface Canary extends PinnedRoute {
  /** How often it is examined; absent: every minute, or as often as the partner that is examined most often. */
  readonly everyMs?: number;
}

/** A target of another operator that is asked whether it is the canary or we. Its name is one label. */
export interface Control extends PinnedRoute {
  readonly name: string;
}

/** By what we know that we see: none without a canary. */
export interface Lookouts {
  readonly canary?: Canary;
  readonly controls?: readonly Control[];
}

/** The name under which the canary goes through the pipeline. No partner has it: a domain has two labels. */
export const canaryName = 'canary';

/** The name under which it is kept that nearly all partners turned at once. Neither a control nor a partner can have it. */
export const fleetName = '_fleet';

/** All that may say that we do not see. */
export function lookTargets(lookouts: readonly Pick<Partner, 'domain'>[]): readonly string[] {
  return [...lookouts.map(({ domain }) => domain), fleetName];
}

const usualEveryMs = 60_000;
/** What must always pass passes soon: it is not waited for as long as for a partner. */
const longestWaitMs = 10_000;

/** The canary, then the controls, as they are planned and examined: like partners, and never listed among them. */
export function lookoutsOf(
  { canary, controls = [], politeness }: Lookouts & { readonly politeness?: { readonly stops?: Stops } },
  partners: readonly Pick<Partner, 'everyMs'>[],
): readonly Partner[] {
  const isLeftAlone = (route: PinnedRoute): boolean => stopsPartner(politeness?.stops, { domain: '', route });
  // Who stops the canary does without it: that it is not looked at says nothing about us.
  if (canary === undefined || isLeftAlone(canary)) return [];
  const shortestMs = partners.reduce((shortest, { everyMs }) => Math.min(shortest, everyMs), usualEveryMs);
  const everyMs = canary.everyMs ?? shortestMs;
  const lookout = (domain: string, { host, port }: PinnedRoute, intervalMs: number): Partner => ({
    domain,
    name: null,
    tier: 'standard',
    owner: null,
    contact: null,
    profile: 'microsoft-federation',
    everyMs: intervalMs,
    timeoutMs: Math.min(longestWaitMs, Math.floor(intervalMs / 2)),
    route: { host, port },
  });
  return [
    lookout(canaryName, canary, everyMs),
    // Others are not asked more often than a partner would be.
    ...controls
      .filter((each) => !isLeftAlone(each))
      .map((each) => lookout(each.name, each, Math.max(everyMs, usualEveryMs))),
  ];
}
