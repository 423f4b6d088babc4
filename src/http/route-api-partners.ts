import type { FastifyInstance } from 'fastify';
import { apiSchemas, blindRows, iso, partnerRow } from './api.ts';
import { chosenOf, filterOf, mistakeIn } from './fleet-filter.ts';
import { problem, storeDown } from './problem.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import type { Views } from './view.ts';

/** So many rows come in one answer, unless fewer or more are asked for. */
const usualRows = 500;
export const mostRows = 1_000;

type Query = Readonly<Record<string, unknown>>;

/** How many rows are asked for; null: that is no number of rows. */
function limitOf({ limit }: Query): number | null {
  if (limit === undefined) return usualRows;
  const rows = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  return rows >= 1 && rows <= mostRows ? rows : null;
}

/** Those that follow `after`, by name: whoever comes or goes meanwhile, nobody stands on two pages. */
function pageOf(
  partners: readonly PartnerSnapshot[],
  { after }: Query,
  limit: number,
): { readonly rows: readonly PartnerSnapshot[]; readonly next: string | null } {
  const from = typeof after === 'string' ? after.toLowerCase() : '';
  const domainOf = ({ published }: PartnerSnapshot): string => published.partner.domain;
  const left = partners.filter((each) => domainOf(each) > from).sort((a, b) => (domainOf(a) < domainOf(b) ? -1 : 1));
  const rows = left.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: last === undefined || rows.length === left.length ? null : domainOf(last) };
}

/**
 * `/api/v1/partners`: what is published about partners, by name. `?limit=` rows come after the one named by `?after=`;
 * `next` is what to put there for more. `state`, `layer`, `code`, `tier`, `owner`, `provider`, `cause` and `q`
 * choose.
 */
export function apiPartnersRoute(app: FastifyInstance, views: Views): void {
  app.get<{ Querystring: Record<string, unknown> }>('/api/v1/partners', async (request, reply) => {
    const { query } = request;
    const mistake = mistakeIn(query);
    if (mistake !== null) return problem(reply, 400, 'No such choice', mistake);
    const limit = limitOf(query);
    if (limit === null) return problem(reply, 400, 'No such page', `limit must be 1 to ${String(mostRows)}.`);
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    const filter = filterOf(query);
    const chosen = chosenOf(snapshot, filter);
    const { rows, next } = pageOf(chosen, query, limit);
    return reply.send({
      schema: apiSchemas.partners,
      at: iso(snapshot.nowMs),
      blind: blindRows(snapshot),
      total: chosen.length,
      next,
      partners: rows.map((each) => partnerRow(each, snapshot.nowMs)),
    });
  });
}
