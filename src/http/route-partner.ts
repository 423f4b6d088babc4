import type { FastifyInstance } from 'fastify';
import { detailOf } from './detail.ts';
import { missingPage } from './page-explain.ts';
import { fleetPage, fleetQuery } from './page-fleet.ts';
import { partnerPage } from './page-partner.ts';
import type { Views } from './view.ts';

interface Ask {
  readonly Params: { readonly domain: string };
  readonly Querystring: Record<string, unknown>;
}

/** `/partners/DOMAIN`: one partner with its evidence. */
export function partnerRoute(app: FastifyInstance, views: Views): void {
  app.get<Ask>('/partners/:domain', async (request, reply) => {
    const snapshot = await views.snapshot();
    reply.type('text/html; charset=utf-8');
    if (!snapshot.storeUp) return reply.code(503).send(fleetPage(snapshot, fleetQuery({}), '../'));
    const domain = request.params.domain.toLowerCase();
    const detail = detailOf(snapshot, domain, views);
    if (detail === null) {
      const hint = 'The config does not name it. Check the spelling, or whether it was removed.';
      return reply.code(404).send(missingPage(`No such partner: ${domain}`, hint, snapshot.nowMs));
    }
    return reply.send(partnerPage(snapshot, detail, request.query['refresh'] !== 'off'));
  });
}
