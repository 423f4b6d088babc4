import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowance } from './allowance.ts';
import { problem, tooOften } from './problem.ts';

/** So many wrong tokens of one address are compared in a minute. */
export const mostWrongTokens = 10;
const withinMs = 60_000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes as long for a near miss as for any other. */
const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

/** What becomes of a token that somebody shows. */
export type Shown =
  { readonly is: 'right' } | { readonly is: 'wrong' } | { readonly is: 'waits'; readonly afterMs: number };

/** Looks at a token that came from an address. */
export type Gate = (address: string, given: string) => Shown;

/**
 * The gate of a token. After ten wrong ones of an address in a minute none of that address is looked at until the minute
 * is over, the right one neither: else guessing would go on. `onWait` hears of it once a minute.
 */
export function gateOf(token: string, onWait: (address: string) => void, nowMs?: () => number): Gate {
  const wrong = allowance(mostWrongTokens, withinMs, nowMs);
  return (address, given) => {
    const afterMs = wrong.waitMs(address);
    if (afterMs > 0) return { is: 'waits', afterMs };
    if (isSame(given, token)) return { is: 'right' };
    wrong.spend(address);
    if (wrong.waitMs(address) > 0) onWait(address);
    return { is: 'wrong' };
  };
}

/** A hook that lets only requests with the token through (RFC 6750 §2.1): 401 without any, 403 with a wrong one, 429 after too many. */
export function tokenHook(gate: Gate): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  return (request, reply, done) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      reply.header('www-authenticate', 'Bearer realm="fedmon"');
      problem(reply, 401, 'Token needed', 'Send the token of api.tokenFile: Authorization: Bearer TOKEN.');
      return;
    }
    const shown = gate(request.ip, /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? '');
    if (shown.is === 'right') done();
    else if (shown.is === 'wrong') problem(reply, 403, 'Wrong token', 'This is not the token of api.tokenFile.');
    else tooOften(reply, shown.afterMs, 'Too many wrong tokens came from this address');
  };
}
