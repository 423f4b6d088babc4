import { fastify, type FastifyInstance } from 'fastify';
import type { Listen } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { guard } from './guard.ts';
import { problem } from './problem.ts';
import { apiEventsRoute } from './route-api-events.ts';
import { apiPartnerRoute } from './route-api-partner.ts';
import { apiPartnersRoute } from './route-api-partners.ts';
import { configRoute } from './route-config.ts';
import { explainRoute } from './route-explain.ts';
import { fleetRoute } from './route-fleet.ts';
import { healthRoutes, type Health } from './route-health.ts';
import { metricsRoute } from './route-metrics.ts';
import { partnerRoute } from './route-partner.ts';
import { reloadRoute, type Orders } from './route-reload.ts';
import type { Views } from './view.ts';

export interface HttpOptions extends Health {
  metrics(): Promise<string>;
  /** Pages and API; without them only metrics and health are served. */
  readonly views?: Views;
  /** What may be asked for with a token; without it HTTP only reads. */
  readonly orders?: Orders;
}

/** The port could not be opened; says which one and what to change. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
  readonly code = 'listen_failed';
}

/** How long a request may take to arrive, an answer to be taken, and a connection to idle. Milliseconds. */
const limits = { headersMs: 5_000, requestMs: 10_000, socketMs: 30_000, keepAliveMs: 75_000, stopMs: 2_000 } as const;
const maxConnections = 256;

/** The server with all its routes, not listening yet. */
export function buildHttp(options: HttpOptions, log: Log): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 1,
    connectionTimeout: limits.socketMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: true,
    http: { maxHeaderSize: 8192, headersTimeout: limits.headersMs },
    // The longest domain name is 253 characters.
    routerOptions: { maxParamLength: 253 },
    frameworkErrors: (_error, _request, reply) => {
      problem(reply, 400, 'Bad request', 'The address could not be understood.');
    },
  });
  app.server.maxConnections = maxConnections;
  guard(app, log);
  healthRoutes(app, options);
  metricsRoute(app, () => options.metrics());
  const { views, orders } = options;
  if (orders !== undefined) reloadRoute(app, orders);
  if (views !== undefined) {
    fleetRoute(app, views);
    partnerRoute(app, views);
    explainRoute(app, () => Date.now());
    apiPartnersRoute(app, views);
    apiPartnerRoute(app, views);
    apiEventsRoute(app, views);
    configRoute(app, () => views.config());
  }
  return app;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not open that port',
  EADDRNOTAVAIL: 'this machine has no such address',
};

function listenFailed({ host, port }: Listen, configKey: string, cause: unknown): ListenFailed {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  const why = reasons[code] ?? code;
  return new ListenFailed(`Cannot listen on ${host}:${String(port)}: ${why}. Change ${configKey} in the config.`, {
    cause,
  });
}

/**
 * Serves metrics and health, and with `views` the pages and the API. `configKey` names what to change when the port is
 * taken. Rejects with ListenFailed. `stop` ends every connection and settles within two seconds.
 */
export async function startHttp(
  options: HttpOptions & { readonly listen: Listen; readonly configKey?: string },
  log: Log,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { listen, configKey = options.views === undefined ? 'listen' : 'listen.exporter' } = options;
  const app = buildHttp(options, log);
  try {
    const url = await app.listen({ host: listen.host, port: listen.port });
    log.info({ url }, 'listening');
    return { url, stop: () => stop(app) };
  } catch (error) {
    await app.close();
    throw listenFailed(listen, configKey, error);
  }
}

/** Closing waits for nobody longer than this: a stuck handler must not keep the process alive. */
async function stop(app: FastifyInstance): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limits.stopMs);
  });
  await Promise.race([app.close(), late]);
  clearTimeout(timer);
}
