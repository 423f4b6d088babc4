import type { Cadence } from './cadence.ts';

/** The rules a partner is judged by. */
export const profiles = ['microsoft-federation', 'sip', 'direct-routing'] as const;
export type Profile = (typeof profiles)[number];

/** A host and port the operator pinned instead of asking DNS for SRV records. */
export interface PinnedRoute {
  readonly host: string;
  readonly port: number;
}

/** An organisation we federate with, named by its SIP domain (lower case, without a final dot). */
export interface Partner {
  readonly domain: string;
  readonly name: string | null;
  readonly tier: string;
  readonly owner: string | null;
  readonly contact: string | null;
  readonly profile: Profile;
  readonly everyMs: number;
  /** Budget of one examination in milliseconds; at most half of `everyMs`. */
  readonly timeoutMs: number;
  readonly route: PinnedRoute | null;
  /** How many hops our OPTIONS may go, 0 to 255; absent: the usual 70. With 0 the first hop itself answers (RFC 3261 §11). */
  readonly maxForwards?: number;
  /** Which of our identities its edges are shown: a name, or `none`. Absent: the one of `identity`. */
  readonly identity?: string;
  /** Words of the operator by which windows choose partners. */
  readonly tags?: readonly string[];
  /** How examinations follow what was found; absent: at every slot and at no other time. */
  readonly cadence?: Cadence;
}

/** Left out where nobody says it, so that an edge without it stays the edge that it was. */
export function hops(maxForwards: number | undefined): { readonly maxForwards?: number } {
  return maxForwards === undefined ? {} : { maxForwards };
}

/** A planned stretch of time in which a partner is left out of every rule. Instants in epoch milliseconds. */
export interface MaintenanceWindow {
  readonly partners: readonly string[];
  /** Ids of providers: whoever is reached through one of them is covered too. */
  readonly providers?: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** The window that covers a partner now, or null. `provider`: through whom it is reached, where that is known. */
export function windowOf(
  windows: readonly MaintenanceWindow[],
  domain: string,
  nowMs: number,
  provider: string | null = null,
): MaintenanceWindow | null {
  const covers = ({ partners, providers = [] }: MaintenanceWindow): boolean =>
    partners.includes(domain) || (provider !== null && providers.includes(provider));
  return windows.find((each) => each.fromMs <= nowMs && nowMs < each.untilMs && covers(each)) ?? null;
}
