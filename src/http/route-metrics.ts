import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { expositionType } from '../metrics/exposition.ts';

/** So many characters are turned into bytes at a stretch: the text of a large fleet in one go would hold up the event loop. */
const chunkLength = 262_144;

/** A text in pieces that end at a line's end. */
export function* chunksOf(text: string, length: number = chunkLength): Generator<string, void, undefined> {
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from + length - 1);
    const until = newline === -1 ? text.length : newline + 1;
    yield text.slice(from, until);
    from = until;
  }
}

/** `/metrics` in the text format 0.0.4. */
export function metricsRoute(app: FastifyInstance, metrics: () => Promise<string>): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics();
    reply.type(expositionType);
    return reply.send(text.length <= chunkLength ? text : Readable.from(chunksOf(text)));
  });
}
