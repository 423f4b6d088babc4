import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Demanded } from './route-examine.ts';
import { problem, takesOnly } from './problem.ts';
import { tokenHook, type Gate } from './token.ts';

const path = '/-/reload';

/** What a request may ask for besides reading, and the token that allows it. */
export interface Orders {
  readonly token: string;
  /** Reads the configuration again; `ok: false` with every mistake when it cannot be used. */
  /** Puts an examination of a partner on the queue; absent where the process shows no partners. */
  readonly examine?: (domain: string) => Promise<Demanded>;
  reload(): Promise<{ readonly ok: true; readonly diff: object } | { readonly ok: false; readonly mistakes: string }>;
}

/** `POST` or `PUT /-/reload`, as Prometheus takes it: 200 with what changed, or 422 with every mistake while the old configuration stays in force. */
export function reloadRoute(app: FastifyInstance, gate: Gate, orders: Pick<Orders, 'reload'>): void {
  takesOnly(app, path, 'POST, PUT');
  const onRequest = tokenHook(gate);
  const handler = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const result = await orders.reload();
    if (result.ok) return reply.send(result.diff);
    return problem(reply, 422, 'The configuration cannot be used', result.mistakes);
  };
  app.route({ method: ['POST', 'PUT'], url: path, onRequest, handler });
}
