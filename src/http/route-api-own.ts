import type { FastifyInstance } from 'fastify';
import { apiSchemas, iso } from './api.ts';
import { ownAnswer } from './own-rows.ts';
import { storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** `/api/v1/own-certificates`: our own certificates, those in trouble first, and what is wrong with them. */
export function apiOwnRoute(app: FastifyInstance, views: Views): void {
  app.get('/api/v1/own-certificates', async (_request, reply) => {
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    return reply.send({ schema: apiSchemas.own, at: iso(snapshot.nowMs), own: ownAnswer(snapshot.own) });
  });
}
