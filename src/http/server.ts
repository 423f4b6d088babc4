import { fastify, type FastifyInstance } from 'fastify';
import type { Listen } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { compress } from './compress.ts';
import { conditional } from './conditional.ts';
import { guard } from './guard.ts';
import { problem } from './problem.ts';
import { limitReaders } from './readers.ts';
import { apiCausesRoute } from './route-api-causes.ts';
import { apiEventsRoute } from './route-api-events.ts';
import { apiOwnRoute } from './route-api-own.ts';
import { apiPartnerRoute } from './route-api-partner.ts';
import { apiPartnersRoute } from './route-api-partners.ts';
import { blackboxRoutes } from './route-blackbox.ts';
import { configRoute } from './route-config.ts';
import { examineRoute } from './route-examine.ts';
import { explainRoute } from './route-explain.ts';
import { fleetRoute } from './route-fleet.ts';
import { healthRoutes, type Health } from './route-health.ts';
import { ledgerRoutes } from './route-ledger.ts';
import { metricsRoute, type Metrics } from './route-metrics.ts';
import { openApiRoute } from './route-openapi.ts';
import { orderRoute } from './route-order.ts';
import { partnerRoute } from './route-partner.ts';
import { reloadRoute, type Orders } from './route-reload.ts';
import { gateOf } from './token.ts';
import type { Views } from './view.ts';

export interface HttpOptions extends Health {
  readonly metrics: Metrics;
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
/** How often a server looks for requests that take longer; by itself it does so twice a minute. */
const lookEveryMs = 1_000;
export const maxConnections = 256;
/** Of the address and the headers of a request: so many octets are one too many. */
export const maxHeadOctets = 8192;
/** Nothing that is asked for has a body; zero would mean no bound. */
export const maxBodyOctets = 1;
/** Of a part of an address that names a partner or a finding; the longest domain name has so many. */
export const maxParameterLength = 253;

/** The server with all its routes, not listening yet. */
export function buildHttp(options: HttpOptions, log: Log): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: maxBodyOctets,
    connectionTimeout: limits.socketMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: true,
    http: {
      maxHeaderSize: maxHeadOctets,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: lookEveryMs,
    },
    routerOptions: { maxParamLength: maxParameterLength },
    frameworkErrors: (_error, _request, reply) => {
      problem(reply, 400, 'Bad request', 'The address could not be understood.');
    },
  });
  app.server.maxConnections = maxConnections;
  guard(app, log);
  limitReaders(app);
  conditional(app);
  compress(app);
  healthRoutes(app, options);
  metricsRoute(app, options.metrics);
  const { views, orders } = options;
  if (orders !== undefined) {
    const gate = gateOf(orders.token, (address) => log.warn({ address }, 'too many wrong tokens'));
    const { examine } = orders;
    reloadRoute(app, gate, orders);
    if (examine !== undefined) examineRoute(app, gate, examine);
    if (examine !== undefined && views !== undefined) orderRoute(app, gate, examine);
  }
  if (views !== undefined) {
    fleetRoute(app, views);
    partnerRoute(app, views, orders?.examine !== undefined);
    explainRoute(app, () => Date.now());
    apiPartnersRoute(app, views);
    apiPartnerRoute(app, views);
    apiCausesRoute(app, views);
    apiEventsRoute(app, views);
    apiOwnRoute(app, views);
    ledgerRoutes(app, views);
    blackboxRoutes(app, views);
    openApiRoute(app);
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
