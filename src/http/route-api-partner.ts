import type { FastifyInstance } from 'fastify';
import { partnerAnswer } from './api.ts';
import { detailOf } from './detail.ts';
import { problem, storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** `/api/v1/partners/DOMAIN`: one partner with its newest examination in full. */
export function apiPartnerRoute(app: FastifyInstance, views: Views): void {
  app.get<{ Params: { readonly domain: string } }>('/api/v1/partners/:domain', async (request, reply) => {
    const domain = request.params.domain.toLowerCase();
    const snapshot = await views.snapshot(domain);
    if (!snapshot.storeUp) return storeDown(reply);
    const detail = detailOf(snapshot, domain, views);
    if (detail === null) return problem(reply, 404, 'No such partner', 'The config names no such partner.');
    return reply.send(partnerAnswer(detail, snapshot.nowMs));
  });
}
