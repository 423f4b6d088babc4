import type { FastifyInstance, FastifyReply } from 'fastify';

/** Sends an RFC 9457 problem: what is wrong in one sentence, nothing of our inside. */
export function problem(reply: FastifyReply, status: number, title: string, detail: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
}

/** An address that is only asked to do something says so to who wants to read it. */
export function takesOnly(app: FastifyInstance, path: string, allow: string): void {
  app.get(path, (_request, reply) => {
    reply.header('allow', allow);
    return problem(reply, 405, 'Method not allowed', `Only ${allow.replace(', ', ' and ')} is answered here.`);
  });
}

/** 429 with the seconds to wait, rounded up. */
export function tooOften(reply: FastifyReply, afterMs: number, what: string): FastifyReply {
  const seconds = String(Math.ceil(afterMs / 1_000));
  reply.header('retry-after', seconds);
  return problem(reply, 429, 'Too often', `${what}; try again in ${seconds} s.`);
}

export function storeDown(reply: FastifyReply): FastifyReply {
  return problem(reply, 503, 'Store not readable', 'The store cannot be read, so nothing is known about any partner.');
}
