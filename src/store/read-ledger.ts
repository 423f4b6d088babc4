import type { Config } from '../config/config.ts';
import { edgeId } from '../federation/edge.ts';
import type { LedgerRow } from '../federation/ledger.ts';
import type { Store } from './store.ts';

/** What was sent lately, from every vantage, to the edges of a partner's newest route; newest first. Rejects with StoreUnavailable. */
export async function readLedger(
  store: Pick<Store, 'routes' | 'ledgers' | 'at'>,
  domain: string,
  { vantages }: Pick<Config, 'vantages'>,
): Promise<readonly LedgerRow[]> {
  const places = vantages?.names.map((name) => store.at(name)) ?? [store];
  const rows = await Promise.all(
    places.map(async (place) => {
      const edges = (await place.routes([domain])).get(domain)?.edges ?? [];
      const entries = await place.ledgers([...new Set(edges.map(edgeId))]);
      const byId = new Map(edges.map((edge) => [edgeId(edge), edge]));
      return [...byId].flatMap(([id, edge]) => (entries.get(id) ?? []).map((entry) => ({ ...entry, edge })));
    }),
  );
  return rows.flat().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
