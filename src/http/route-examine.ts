import type { FastifyInstance } from 'fastify';
import { apiSchemas, iso } from './api.ts';
import { problem, takesOnly, tooOften } from './problem.ts';
import { tokenHook, type Gate } from './token.ts';

/** What became of an order to examine a partner now. */
export type Demanded =
  /** On the queue of each of these vantages. */
  | { readonly is: 'queued'; readonly slotMs: number; readonly vantages: readonly string[] }
  | { readonly is: 'unknown' | 'stopped' | 'away' }
  /** Not before so long, milliseconds: this partner, or anybody, was asked for too often. */
  | { readonly is: 'too_soon' | 'too_many'; readonly afterMs: number };

const path = '/api/v1/partners/:domain/examine';

interface Ask {
  readonly Params: { readonly domain: string };
}

/** `POST /api/v1/partners/DOMAIN/examine`: 202 when the examination is on the queue; its result is where every other is. */
export function examineRoute(app: FastifyInstance, gate: Gate, examine: (domain: string) => Promise<Demanded>): void {
  takesOnly(app, path, 'POST');
  app.post<Ask>(path, { onRequest: tokenHook(gate) }, async (request, reply) => {
    const domain = request.params.domain.toLowerCase();
    const demanded = await examine(domain);
    switch (demanded.is) {
      case 'queued': {
        const { slotMs, vantages } = demanded;
        const result = `/api/v1/partners/${encodeURIComponent(domain)}`;
        reply.code(202).header('location', result);
        return reply.send({ schema: apiSchemas.order, domain, slot: iso(slotMs), vantages, result });
      }
      case 'unknown':
        return problem(reply, 404, 'No such partner', 'The config names no such partner.');
      case 'stopped':
        return problem(reply, 409, 'Stopped', 'politeness.stop or stopAll of the config leaves this partner alone.');
      case 'away':
        return problem(reply, 503, 'Queue not reachable', 'Redis does not answer, so nothing was put on the queue.');
      case 'too_soon':
      case 'too_many': {
        const who = demanded.is === 'too_soon' ? 'This partner was' : 'Partners were';
        return tooOften(reply, demanded.afterMs, `${who} asked for too often`);
      }
    }
  });
}
