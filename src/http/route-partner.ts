import type { FastifyInstance } from 'fastify';
import { detailOf } from './detail.ts';
import { fleetQuery } from './fleet-query.ts';
import { missingPage } from './page-explain.ts';
import { fleetPage } from './page-fleet.ts';
import { orderNote } from './page-order.ts';
import { partnerPage } from './page-partner.ts';
import type { Views } from './view.ts';

interface Ask {
  readonly Params: { readonly domain: string };
  readonly Querystring: Record<string, unknown>;
}

/** `/partners/DOMAIN`: one partner with its evidence. `takesOrders`: with a token it can be examined now. */
export function partnerRoute(app: FastifyInstance, views: Views, takesOrders: boolean): void {
  app.get<Ask>('/partners/:domain', async (request, reply) => {
    const domain = request.params.domain.toLowerCase();
    const snapshot = await views.snapshot(domain);
    reply.type('text/html; charset=utf-8');
    if (!snapshot.storeUp) return reply.code(503).send(fleetPage(snapshot, fleetQuery({}), '../'));
    const detail = detailOf(snapshot, domain, views);
    if (detail === null) {
      const hint = 'The config does not name it. Check the spelling, or whether it was removed.';
      return reply.code(404).send(missingPage(`No such partner: ${domain}`, hint, snapshot.nowMs));
    }
    const refresh = request.query['refresh'] !== 'off';
    const query = { refresh, takesOrders, order: orderNote(request.query), grafana: views.grafana ?? null };
    return reply.send(partnerPage(snapshot, detail, query));
  });
}
