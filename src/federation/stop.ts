import type { Edge } from './edge.ts';
import type { RouteEvidence } from './observation.ts';
import type { Partner } from './partner.ts';

/** A partner's domain, a host or a numeric address that is left alone, at one port or (null) at all. */
export interface StoppedPlace {
  readonly host: string;
  readonly port: number | null;
}

/** The operator's kill switch: to whom nothing is sent any more. */
export interface Stops {
  readonly all: boolean;
  readonly places: readonly StoppedPlace[];
}

const names = ({ host, port }: StoppedPlace, at: { readonly host: string; readonly port: number }): boolean =>
  host === at.host && (port === null || port === at.port);

/** Whether nothing may be sent to this edge. */
export function stopsEdge(stops: Stops | undefined, { host, address, port }: Edge): boolean {
  if (stops === undefined) return false;
  return (
    stops.all || stops.places.some((place) => names(place, { host, port }) || names(place, { host: address, port }))
  );
}

/** Whether a partner is not asked at all, not even its DNS: everything is stopped, or its domain or pinned host is. */
export function stopsPartner(stops: Stops | undefined, { domain, route }: Pick<Partner, 'domain' | 'route'>): boolean {
  if (stops === undefined) return false;
  const named = ({ host, port }: StoppedPlace): boolean => host === domain && port === null;
  return stops.all || stops.places.some((place) => named(place) || (route !== null && names(place, route)));
}

/** Whether the operator lets us ask this partner: the configuration may have changed since its job was made. */
export function mayAsk(
  { politeness }: { readonly politeness?: { readonly stops?: Stops } },
  partner: Partner | undefined,
): boolean {
  return partner !== undefined && !stopsPartner(politeness?.stops, partner);
}

/** A route with the edges that may be connected to. Null: it had some, and none of them may. */
export function withoutStopped(stops: Stops | undefined, route: RouteEvidence): RouteEvidence | null {
  const edges = route.edges.filter((edge) => !stopsEdge(stops, edge));
  if (edges.length === route.edges.length) return route;
  return edges.length === 0 ? null : { ...route, edges };
}

/** Whether nothing new can be learned of a partner: it is stopped, or every edge of its newest route is. */
export function isStopped(stops: Stops | undefined, partner: Partner, route: RouteEvidence | null): boolean {
  return stopsPartner(stops, partner) || (route !== null && withoutStopped(stops, route) === null);
}
