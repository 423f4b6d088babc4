import type { Edge, Transport } from '../../federation/edge.ts';
import type { Failure } from '../../federation/failure.ts';
import type { Profile } from '../../federation/partner.ts';

/**
 * Caps of one route: what lies beyond is counted and said, never followed. With both families of each target and two
 * SRV names an examination asks at most 62 questions.
 */
export const maxTargets = 30;
export const maxAddresses = 8;

/** One place the route leads to, in the order it would be tried. TTL in seconds; null when pinned. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly priority: number;
  readonly weight: number;
  readonly ttl: number | null;
  readonly addresses: readonly string[];
  readonly droppedAddresses: number;
  /** Why there is no address; null when there is one. */
  readonly failure: Failure | null;
  /** A family that was not answered while the other was: addresses may be missing. */
  readonly unanswered: { readonly family: 'A' | 'AAAA'; readonly failure: Failure } | null;
  /** The SRV target is an alias, which RFC 2782 forbids. */
  readonly isAlias: boolean;
}

/** What DNS said about a partner's route. */
export interface RouteFacts {
  readonly domain: string;
  readonly profile: Profile;
  readonly pinned: boolean;
  /** How many resolvers were there to ask. */
  readonly resolvers: number;
  /** No SRV record of any service: the domain's own addresses on the default port were taken (RFC 3263 §4.2). */
  readonly fellBack: boolean;
  /** The names asked for SRV records, in order. */
  readonly asked: readonly string[];
  /** Why there are no SRV records; null when there are, or when the route is pinned. */
  readonly failure: Failure | null;
  /** The SRV target `.`: the domain says that it does not offer the service (RFC 2782). */
  readonly declined: boolean;
  /** SRV targets that are not host names, made printable. */
  readonly invalidTargets: readonly string[];
  readonly droppedTargets: number;
  readonly targets: readonly Target[];
}

/** The most edges of one partner that are connected to. */
export const maxEdges = 32;

/** How many edges lie beyond the cap. */
export function droppedEdges(facts: RouteFacts): number {
  return Math.max(0, facts.targets.reduce((sum, target) => sum + target.addresses.length, 0) - maxEdges);
}

/** The edges of a route, in the order of its targets and addresses, at most 32. */
export function edgesOf(facts: RouteFacts): readonly Edge[] {
  const all = facts.targets.flatMap((target) =>
    target.addresses.map((address) => ({
      transport: target.transport,
      host: target.host,
      port: target.port,
      address,
      // RFC 5922 §7.8 wants the SIP domain; Microsoft edges are known by the SRV target (facts §3.1).
      serverName: facts.profile === 'sip' ? facts.domain : target.host,
      options: facts.profile !== 'direct-routing',
    })),
  );
  return all.slice(0, maxEdges);
}
