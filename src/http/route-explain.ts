import type { FastifyInstance } from 'fastify';
import { explain } from '../probe/registry.ts';
import { explainPage, missingPage } from './page-explain.ts';

/** `/explain/CODE`: what a finding means. Needs no store. */
export function explainRoute(app: FastifyInstance, wall: () => number): void {
  app.get<{ Params: { readonly code: string } }>('/explain/:code', (request, reply) => {
    const { code } = request.params;
    const entry = explain(code);
    reply.type('text/html; charset=utf-8');
    if (entry !== undefined) return reply.send(explainPage(code, entry, wall()));
    const hint = 'This version of fedmon knows no such finding; another version may.';
    return reply.code(404).send(missingPage('No such finding', hint, wall()));
  });
}
