import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiSchemas, eventRow, iso } from './api.ts';
import { followEvents, type EventFeed, type FeedEvent } from './event-feed.ts';
import { problem, storeDown } from './problem.ts';
import type { Views } from './view.ts';

/** So many streams are open at once; each costs a connection and next to nothing else. */
export const mostStreams = 64;
/** A stream says something so often, milliseconds: silence longer than this is a dead connection. */
const heartbeatMs = 10_000;

/**
 * `/api/v1/events`: the latest changes of published states, newest first. To who accepts `text/event-stream` (and
 * nothing of JSON) they are told as they come, oldest first, after `Last-Event-ID` where it is among the latest 100.
 */
export function apiEventsRoute(app: FastifyInstance, views: Views): void {
  const feed = followEvents((limit) => views.events(limit));
  const open = { streams: 0 };
  app.get('/api/v1/events', async (request, reply) => {
    if (request.headers.accept?.includes('text/event-stream') === true) return stream(feed, open, request, reply);
    const snapshot = await views.snapshot();
    if (!snapshot.storeUp) return storeDown(reply);
    return reply.send({ schema: apiSchemas.events, at: iso(snapshot.nowMs), events: snapshot.events.map(eventRow) });
  });
}

const written = ({ id, row }: FeedEvent): string => `id: ${id}\nevent: ${row.what}\ndata: ${JSON.stringify(row)}\n\n`;

async function stream(
  feed: EventFeed,
  open: { streams: number },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (open.streams >= mostStreams) {
    return problem(reply, 503, 'Too many listeners', `${String(mostStreams)} streams of events are open already.`);
  }
  open.streams += 1;
  const last = request.headers['last-event-id'];
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  raw.write(`retry: 5000\n\n`);
  const hear = (event: FeedEvent): void => void raw.write(written(event));
  const stop = feed.listen(hear);
  const beat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
  raw.on('close', () => {
    clearInterval(beat);
    stop();
    open.streams -= 1;
  });
  for (const event of await feed.since(typeof last === 'string' ? last : undefined)) hear(event);
  return reply;
}
