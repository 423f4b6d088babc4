import type { FastifyInstance, FastifyReply } from 'fastify';

export interface Health {
  /** True, or in one sentence why this process should be restarted. */
  healthy(): true | string;
  /** True, or in one sentence why no work should be sent here now. */
  ready(): Promise<true | string>;
}

function answer(reply: FastifyReply, verdict: true | string): FastifyReply {
  reply.type('text/plain; charset=utf-8').code(verdict === true ? 200 : 503);
  return reply.send(verdict === true ? 'ok\n' : `${verdict}\n`);
}

/** `/-/healthy` and `/-/ready`: 200, or 503 with the reason. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  app.get('/-/healthy', (_request, reply) => answer(reply, health.healthy()));
  app.get('/-/ready', async (_request, reply) => answer(reply, await health.ready()));
}
