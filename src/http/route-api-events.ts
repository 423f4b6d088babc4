import type { FastifyInstance } from 'fastify';
import { apiSchemas, eventRow, iso } from './api.ts';
import { storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** `/api/v1/events`: the latest changes of published states, newest first. */
export function apiEventsRoute(app: FastifyInstance, views: Views): void {
  app.get('/api/v1/events', async (_request, reply) => {
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    return reply.send({ schema: apiSchemas.events, at: iso(snapshot.nowMs), events: snapshot.events.map(eventRow) });
  });
}
