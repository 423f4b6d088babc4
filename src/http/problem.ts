import type { FastifyReply } from 'fastify';

/** Sends an RFC 9457 problem: what is wrong in one sentence, nothing of our inside. */
export function problem(reply: FastifyReply, status: number, title: string, detail: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}

export function storeDown(reply: FastifyReply): FastifyReply {
  return problem(reply, 503, 'Store not readable', 'The store cannot be read, so nothing is known about any partner.');
}
