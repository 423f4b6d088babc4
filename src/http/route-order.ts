import type { FastifyInstance } from 'fastify';
import { missingPage } from './page-explain.ts';
import { takesOnly } from './problem.ts';
import type { OrderNote } from './page-order.ts';
import type { Demanded } from './route-examine.ts';
import type { Gate } from './token.ts';

const path = '/partners/:domain/examine';

interface Ask {
  readonly Params: { readonly domain: string };
  readonly Body: URLSearchParams | undefined;
}

/** A token, and nothing else that could be large. Bytes. */
const mostBytes = 2_048;

/** Null: there is no such partner. */
function noteOf(demanded: Demanded): OrderNote | null {
  const { is } = demanded;
  if (is === 'queued') return { is, number: demanded.slotMs };
  if (is === 'too_soon' || is === 'too_many') return { is, number: Math.ceil(demanded.afterMs / 1_000) };
  return is === 'unknown' ? null : { is, number: null };
}

/**
 * `POST /partners/DOMAIN/examine`: the form of a partner's page. The token is in the body; what became of it is said by
 * the page that 303 leads to. Without the token nothing happens, so that a form of another site can do no harm.
 */
export function orderRoute(app: FastifyInstance, gate: Gate, examine: (domain: string) => Promise<Demanded>): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: mostBytes },
      (_request, body, parsed) => {
        parsed(null, new URLSearchParams(String(body)));
      },
    );
    takesOnly(scope, path, 'POST');
    scope.post<Ask>(path, { bodyLimit: mostBytes }, async (request, reply) => {
      const domain = request.params.domain.toLowerCase();
      const back = ({ is, number }: OrderNote): string =>
        `../${encodeURIComponent(domain)}?order=${is}${number === null ? '' : `&at=${String(number)}`}`;
      const shown = gate(request.ip, request.body?.get('token') ?? '');
      if (shown.is === 'wrong') return reply.redirect(back({ is: 'wrong_token', number: null }), 303);
      if (shown.is === 'waits') {
        const number = Math.ceil(shown.afterMs / 1_000);
        return reply.header('retry-after', String(number)).redirect(back({ is: 'wrong_tokens', number }), 303);
      }
      const note = noteOf(await examine(domain));
      if (note === null) {
        const hint = 'The config does not name it. Check the spelling, or whether it was removed.';
        return reply
          .code(404)
          .type('text/html; charset=utf-8')
          .send(missingPage(`No such partner: ${domain}`, hint, Date.now()));
      }
      return reply.redirect(back(note), 303);
    });
    done();
  });
}
