import type { FastifyInstance } from 'fastify';
import { apiSchemas, iso } from './api.ts';
import { fleetQuery } from './fleet-query.ts';
import { requestRows, sentRows } from './ledger-rows.ts';
import { missingPage } from './page-explain.ts';
import { fleetPage } from './page-fleet.ts';
import { ledgerPage } from './page-ledger.ts';
import { problem, storeDown } from './problem.ts';
import type { Views } from './view.ts';

interface Ask {
  readonly Params: { readonly domain: string };
}

/** `/ledger/DOMAIN` and `/api/v1/ledger/DOMAIN`: what was sent to the edges of one partner. */
export function ledgerRoutes(app: FastifyInstance, views: Views): void {
  app.get<Ask>('/api/v1/ledger/:domain', async (request, reply) => {
    const domain = request.params.domain.toLowerCase();
    const snapshot = await views.snapshot(domain);
    if (!snapshot.storeUp) return storeDown(reply);
    const isKnown = snapshot.partners.some(({ published }) => published.partner.domain === domain);
    if (!isKnown) return problem(reply, 404, 'No such partner', 'The config names no such partner.');
    const ledger = await views.ledger(domain);
    if (ledger === null) return storeDown(reply);
    const head = { schema: apiSchemas.ledger, domain, at: iso(snapshot.nowMs) };
    return reply.send({ ...head, sent: sentRows(ledger), requests: requestRows(ledger) });
  });

  app.get<Ask>('/ledger/:domain', async (request, reply) => {
    const domain = request.params.domain.toLowerCase();
    const snapshot = await views.snapshot(domain);
    reply.type('text/html; charset=utf-8');
    const isKnown = snapshot.partners.some(({ published }) => published.partner.domain === domain);
    const ledger = isKnown ? await views.ledger(domain) : null;
    if (snapshot.storeUp && !isKnown) {
      const hint = 'The config does not name it. Check the spelling, or whether it was removed.';
      return reply.code(404).send(missingPage(`No such partner: ${domain}`, hint, snapshot.nowMs));
    }
    if (ledger === null) {
      return reply.code(503).send(fleetPage({ ...snapshot, storeUp: false }, fleetQuery({}), '../'));
    }
    return reply.send(ledgerPage(domain, ledger, snapshot.nowMs));
  });
}
