import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { mediaTypes, plain, type Format } from '../metrics/exposition.ts';
import type { Piece } from '../metrics/runs.ts';
import { formatFor, takesGzip } from './accept.ts';
import { keptGzip } from './packed.ts';

/** A text, or its pieces as they are made. */
export type Metrics = (format: Format) => Promise<string | AsyncIterable<Piece>>;

/** `/metrics` in OpenMetrics for who asks for it, else in the text format 0.0.4. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  const gzip = keptGzip();
  app.get('/metrics', async (request, reply) => {
    const format = formatFor(request.headers.accept);
    const text = await metrics(format);
    reply.type(mediaTypes[format]).header('vary', 'Accept');
    if (typeof text === 'string') return reply.send(text);
    if (!takesGzip(request.headers['accept-encoding']))
      return reply.send(Readable.from(plain(text), { objectMode: false }));
    reply.header('content-encoding', 'gzip');
    return reply.send(Readable.from(gzip(text), { objectMode: false }));
  });
}
