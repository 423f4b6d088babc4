import type { Cadence } from './cadence.ts';
import type { Transport } from './edge.ts';
import type { CronTimes } from './cron.ts';

/** The rules a partner is judged by. */
export const profiles = ['microsoft-federation', 'sip', 'direct-routing'] as const;
export type Profile = (typeof profiles)[number];

/** A host and port the operator pinned instead of asking DNS for SRV records. */
export interface PinnedRoute {
  readonly host: string;
  readonly port: number;
  /** Absent: TLS. */
  readonly transport?: Transport;
}

/** The port of SIP over a transport when none is said (RFC 3261 §19.1.2). */
export function defaultPort(transport: Transport): number {
  return transport === 'tls' ? 5061 : 5060;
}

/** A host pinned as it was written; what is left out is TLS and the port of the transport. */
export function pinnedRoute(host: string, port: number | undefined, transport: Transport = 'tls'): PinnedRoute {
  const route = { host, port: port ?? defaultPort(transport) };
  return transport === 'tls' ? route : { ...route, transport };
}

/** Why a profile cannot be judged over the transport of a pinned route; null when it can. */
export function pinRefused(profile: Profile, { transport = 'tls' }: PinnedRoute): string | null {
  if (profile === 'sip' || transport === 'tls') return null;
  return `the profile ${profile} knows TLS only; SIP over ${transport.toUpperCase()} is judged by the profile sip`;
}

/** An organisation we federate with, named by its SIP domain (lower case, without a final dot). */
export interface Partner {
  readonly domain: string;
  readonly name: string | null;
  readonly tier: string;
  readonly owner: string | null;
  readonly contact: string | null;
  readonly profile: Profile;
  /** The interval; with a cron expression the shortest time between two of its instants. */
  readonly everyMs: number;
  /** When it is examined, if not at every interval. */
  readonly cron?: CronTimes;
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
