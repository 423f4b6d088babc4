import type { FastifyInstance } from 'fastify';
import { openApi } from './openapi.ts';

/** `/api/v1/openapi.json`: what can be asked for and what comes, for machines. */
export function openApiRoute(app: FastifyInstance): void {
  let text: string | null = null;
  app.get('/api/v1/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(openApi());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
