import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Part of the address of what a program asks for. */
const api = '/api/v1/';

/** A tag for everything that an answer says but the instant it was read, which is another at each reading (RFC 9110 §8.8.3). */
export function tagOf(answer: object): string {
  const text = JSON.stringify({ ...answer, at: undefined });
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/** Whether a client that sends this has what the tag stands for (RFC 9110 §13.1.2: compared weakly). */
export function hasAlready(ifNoneMatch: string | undefined, tag: string): boolean {
  const opaque = (each: string): string => each.trim().replace(/^W\//, '');
  return (ifNoneMatch ?? '').split(',').some((each) => each.trim() === '*' || opaque(each) === opaque(tag));
}

/** Answers of the API carry a tag; who has what it stands for is told so, without the answer. */
export function conditional(app: FastifyInstance): void {
  app.addHook('preSerialization', async (request, reply, answer: unknown) => {
    const isTagged = typeof answer === 'object' && answer !== null && request.url.startsWith(api);
    if (isTagged && reply.statusCode === 200 && ['GET', 'HEAD'].includes(request.method)) {
      // To be asked for again each time, and kept by nobody for others.
      reply.headers({ etag: tagOf(answer), 'cache-control': 'private, no-cache' });
    }
    return Promise.resolve(answer);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const tag = reply.getHeader('etag');
    if (typeof tag !== 'string' || !hasAlready(request.headers['if-none-match'], tag)) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return Promise.resolve(null);
  });
}
