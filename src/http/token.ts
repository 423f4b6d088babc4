import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from './problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether this is the token. Takes as long for a near miss as for any other. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/** Whether a request carries this bearer token (RFC 6750 §2.1). */
export function carriesToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return isToken(given, token);
}

/** A hook that lets only requests with the token through; 401 without any, 403 with a wrong one. */
export function tokenHook(token: string): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  return (request, reply, done) => {
    if (carriesToken(request, token)) {
      done();
    } else if (request.headers.authorization === undefined) {
      reply.header('www-authenticate', 'Bearer realm="fedmon"');
      problem(reply, 401, 'Token needed', 'Send the token of api.tokenFile: Authorization: Bearer TOKEN.');
    } else {
      problem(reply, 403, 'Wrong token', 'This is not the token of api.tokenFile.');
    }
  };
}
