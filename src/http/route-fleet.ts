import type { FastifyInstance } from 'fastify';
import { fleetQuery } from './fleet-query.ts';
import { fleetPage } from './page-fleet.ts';
import { pageIcon } from './page-frame.ts';
import { pageScript } from './page-live.ts';
import { pageStyle } from './page-style.ts';
import type { Views } from './view.ts';

/** `/`: the fleet, and what its markup asks for. 503 with the page while the store cannot be read. */
export function fleetRoute(app: FastifyInstance, views: Views): void {
  app.get<{ Querystring: Record<string, unknown> }>('/', async (request, reply) => {
    const snapshot = await views.snapshot();
    reply.code(snapshot.storeUp ? 200 : 503).type('text/html; charset=utf-8');
    return reply.send(fleetPage(snapshot, fleetQuery(request.query)));
  });
  app.get('/page.css', (_request, reply) => {
    return reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=300').send(pageStyle);
  });
  app.get('/page.js', (_request, reply) => {
    return reply.type('text/javascript; charset=utf-8').header('cache-control', 'max-age=300').send(pageScript);
  });
  app.get('/page.svg', (_request, reply) => {
    return reply.type('image/svg+xml').header('cache-control', 'max-age=86400').send(pageIcon);
  });
}
