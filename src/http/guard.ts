import type { FastifyError, FastifyInstance } from 'fastify';
import type { Log } from '../log/log.ts';
import { problem } from './problem.ts';

/** Nothing is loaded but our own style sheet, script and icon; nothing inline, no frame, no plug-in, no other origin. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Headers on every answer, only reading where no route takes another method, and errors that say nothing of our inside. */
export function guard(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    if (request.method === 'GET' || request.method === 'HEAD' || !request.is404) done();
    // The connection ends, so that a body nobody asked for is never read.
    else {
      reply.headers({ allow: 'GET, HEAD', connection: 'close' });
      problem(reply, 405, 'Method not allowed', 'Only GET and HEAD are answered here.');
    }
  });
  app.setNotFoundHandler((_request, reply) => problem(reply, 404, 'Not found', 'There is nothing at this address.'));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return problem(reply, status, 'Bad request', 'The request could not be understood.');
    log.error({ err: error, route: request.routeOptions.url ?? null }, 'request failed');
    return problem(reply, 500, 'Internal error', 'This is a fault of fedmon; its log says more.');
  });
}
