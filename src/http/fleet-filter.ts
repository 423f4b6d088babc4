import { layers, type Layer } from '../federation/observation.ts';
import { partnerStates, type PartnerState } from '../federation/state.ts';
import { providerOf, type PartnerSnapshot, type Snapshot } from '../store/snapshot.ts';
import { causingFinding } from './view.ts';

/** Which partners are listed; null: that is not asked. A page and the API understand the same words. */
export interface FleetFilter {
  readonly state: PartnerState | null;
  /** The layer and the code of the published cause. */
  readonly layer: Layer | null;
  readonly code: string | null;
  readonly tier: string | null;
  readonly owner: string | null;
  readonly provider: string | null;
  /** The id of a cause that partners share. */
  readonly cause: string | null;
  /** A part of a domain or name; empty: asked for and not filled in yet. */
  readonly search: string | null;
}

/** The names of the filter in an address. */
export const filterNames = {
  state: 'state',
  layer: 'layer',
  code: 'code',
  tier: 'tier',
  owner: 'owner',
  provider: 'provider',
  cause: 'cause',
  search: 'q',
} as const satisfies Record<keyof FleetFilter, string>;

/** Longer is nothing that could be found: the longest domain. Characters. */
export const maxFilterLength = 253;

/** What an address asks for; anything not understood is not asked. */
export function filterOf(query: Readonly<Record<string, unknown>>): FleetFilter {
  const text = (of: keyof FleetFilter): string | null => {
    const value = query[filterNames[of]];
    return typeof value === 'string' ? value.slice(0, maxFilterLength).trim() : null;
  };
  const filled = (of: keyof FleetFilter): string | null => (text(of) === '' ? null : text(of));
  return {
    state: partnerStates.find((each) => each === query['state']) ?? null,
    layer: layers.find((each) => each === query['layer']) ?? null,
    code: filled('code'),
    tier: filled('tier'),
    owner: filled('owner'),
    provider: filled('provider'),
    cause: filled('cause'),
    search: text('search')?.toLowerCase() ?? null,
  };
}

/** What is wrong with an address that a program made, in one sentence; null: nothing. */
export function mistakeIn(query: Readonly<Record<string, unknown>>): string | null {
  const closed = { state: partnerStates, layer: layers } as const;
  for (const [name, words] of Object.entries(closed)) {
    if (query[name] !== undefined && !words.some((word) => word === query[name]))
      return `${name} must be one of ${words.join(', ')}.`;
  }
  return null;
}

/** The filter as pairs of an address, without what is not asked. */
export function pairsOf(filter: FleetFilter): readonly (readonly [string, string])[] {
  const names = Object.keys(filterNames) as readonly (keyof FleetFilter)[];
  return names.flatMap((name) => {
    const value = filter[name];
    return value === null ? [] : [[filterNames[name], value] as const];
  });
}

function fits(partner: PartnerSnapshot, filter: FleetFilter): boolean {
  const { published, route } = partner;
  const { state, layer, code, tier, owner, provider, search } = filter;
  const { domain, name, tier: itsTier, owner: itsOwner } = published.partner;
  if (state !== null && published.state !== state) return false;
  if (tier !== null && itsTier !== tier) return false;
  if (owner !== null && itsOwner !== owner) return false;
  if (search !== null && !domain.includes(search) && name?.toLowerCase().includes(search) !== true) return false;
  if (provider !== null && providerOf(published.partner, route) !== provider) return false;
  if (layer === null && code === null) return true;
  const cause = causingFinding(partner);
  return cause !== null && (layer === null || cause.layer === layer) && (code === null || cause.code === code);
}

/** Those of a reading that an address asks for. */
export function chosenOf(
  { partners, causes = [] }: Pick<Snapshot, 'partners' | 'causes'>,
  filter: FleetFilter,
): readonly PartnerSnapshot[] {
  const { cause } = filter;
  const members = cause === null ? null : new Set(causes.find(({ id }) => id === cause)?.members ?? []);
  return partners.filter(
    (each) => (members === null || members.has(each.published.partner.domain)) && fits(each, filter),
  );
}
