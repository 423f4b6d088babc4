import type { FastifyInstance } from 'fastify';
import { apiSchemas, iso } from './api.ts';
import { causeRow } from './cause-rows.ts';
import { storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** `/api/v1/causes`: what partners that fail have in common, the greatest first, each with its members. */
export function apiCausesRoute(app: FastifyInstance, views: Views): void {
  app.get('/api/v1/causes', async (_request, reply) => {
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    const { nowMs, causes = [] } = snapshot;
    return reply.send({ schema: apiSchemas.causes, at: iso(nowMs), causes: causes.map(causeRow) });
  });
}
