import type { FastifyInstance } from 'fastify';
import type { Demanded } from './route-examine.ts';
import { problem } from './problem.ts';
import { tokenHook, type Gate } from './token.ts';

/** What a request may ask for besides reading, and the token that allows it. */
export interface Orders {
  readonly token: string;
  /** Reads the configuration again; `ok: false` with every mistake when it cannot be used. */
  /** Puts an examination of a partner on the queue; absent where the process shows no partners. */
  readonly examine?: (domain: string) => Promise<Demanded>;
  reload(): Promise<{ readonly ok: true; readonly diff: object } | { readonly ok: false; readonly mistakes: string }>;
}

/** `POST /-/reload`: 200 with what changed, or 422 with every mistake while the old configuration stays in force. */
export function reloadRoute(app: FastifyInstance, gate: Gate, orders: Pick<Orders, 'reload'>): void {
  app.post('/-/reload', { onRequest: tokenHook(gate) }, async (_request, reply) => {
    const result = await orders.reload();
    if (result.ok) return reply.send(result.diff);
    return problem(reply, 422, 'The configuration cannot be used', result.mistakes);
  });
}
