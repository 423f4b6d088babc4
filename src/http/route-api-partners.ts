import type { FastifyInstance } from 'fastify';
import { partnerStates } from '../federation/state.ts';
import { apiSchemas, iso, partnerRow } from './api.ts';
import { problem, storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** `/api/v1/partners`: what is published about every partner, in the order of the config. `?state=` chooses. */
export function apiPartnersRoute(app: FastifyInstance, views: Views): void {
  app.get<{ Querystring: Record<string, unknown> }>('/api/v1/partners', async (request, reply) => {
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    const { state } = request.query;
    if (state !== undefined && !partnerStates.some((each) => each === state)) {
      return problem(reply, 400, 'No such state', `state must be one of ${partnerStates.join(', ')}.`);
    }
    const partners = snapshot.partners
      .filter(({ published }) => state === undefined || published.state === state)
      .map(partnerRow);
    return reply.send({ schema: apiSchemas.partners, at: iso(snapshot.nowMs), partners });
  });
}
