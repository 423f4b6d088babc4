import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { mediaTypes, type Format } from '../metrics/exposition.ts';
import { formatFor } from './accept.ts';

/** A text, or its pieces as they are made. */
export type Metrics = (format: Format) => Promise<string | AsyncIterable<string>>;

/** `/metrics` in OpenMetrics for who asks for it, else in the text format 0.0.4. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (request, reply) => {
    const format = formatFor(request.headers.accept);
    const text = await metrics(format);
    reply.type(mediaTypes[format]).header('vary', 'Accept');
    return reply.send(typeof text === 'string' ? text : Readable.from(text, { objectMode: false }));
  });
}
