import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { takesGzip } from './accept.ts';

/** Shorter answers would gain nothing. Bytes. */
const leastBytes = 1_024;

/** The fastest level: a tenth longer than the usual one, at a third of the processor time. */
export const gzipLevel = 1;

/** Beside the event loop. */
const packed = promisify(gzip);
const level = gzipLevel;

/** Answers are sent as gzip to who takes it. */
export function compress(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = typeof payload === 'string';
    if (!isText && !(payload instanceof Readable)) return payload;
    reply.header('vary', [reply.getHeader('vary'), 'Accept-Encoding'].filter((each) => each !== undefined).join(', '));
    // Who has packed it already knows its text better.
    if (reply.hasHeader('content-encoding')) return payload;
    if (request.method === 'HEAD' || !takesGzip(request.headers['accept-encoding'])) return payload;
    if (isText && Buffer.byteLength(payload) < leastBytes) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    if (isText) return packed(payload, { level });
    // Trouble of the source ends the stream of the answer, and with it the connection.
    return pipeline(payload, createGzip({ level }), () => undefined);
  });
}
