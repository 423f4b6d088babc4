import type { FastifyInstance } from 'fastify';

/** `/config`: the configuration in force as YAML, secrets masked. */
export function configRoute(app: FastifyInstance, config: () => string): void {
  app.get('/config', (_request, reply) => reply.type('text/plain; charset=utf-8').send(config()));
}
