import { filterOf, pairsOf, type FleetFilter } from './fleet-filter.ts';

/** What the address of the fleet asks for. */
export interface FleetQuery extends FleetFilter {
  readonly page: number;
  readonly refresh: boolean;
}

/** Reads it; anything not understood is its default. */
export function fleetQuery(query: Readonly<Record<string, unknown>>): FleetQuery {
  const page = Number(query['page']);
  return {
    ...filterOf(query),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    refresh: query['refresh'] !== 'off',
  };
}

/** The address of the same list with something changed; another choice begins at its first page. */
export function address(query: FleetQuery, change: Partial<FleetQuery>): string {
  const next = { ...query, page: 1, ...change };
  const parts = [
    ...pairsOf(next).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
    ...(next.page === 1 ? [] : [`page=${String(next.page)}`]),
    ...(next.refresh ? [] : ['refresh=off']),
  ];
  return parts.length === 0 ? './' : `./?${parts.join('&')}`;
}
