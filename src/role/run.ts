import { loadConfigAside } from '../config/aside.ts';
import type { Listen } from '../config/config.ts';
import { createLiveConfig } from '../config/live.ts';
import { loadConfig } from '../config/load.ts';
import { startHttp, type HttpOptions } from '../http/server.ts';
import { createLog } from '../log/pino.ts';
import { createOwnMetrics } from '../metrics/own-prometheus.ts';
import { systemClock } from '../net/clock.ts';
import { createRedisStore } from '../store/redis.ts';
import { watchForEnd, type Exit } from './end.ts';
import { exporterViews } from './exporter.ts';
import { ownCertificatesPart } from './own-certificates.ts';
import { startParts, stopParts, type Part, type RolePart, type RolePorts } from './part.ts';
import { storePulse, type Pulse } from './pulse.ts';
import { createReloader, type Reloader } from './reload.ts';
import { schedulerPart } from './scheduler.ts';
import { workerPart } from './worker.ts';

export const roles = ['scheduler', 'worker', 'exporter'] as const;
export type Role = (typeof roles)[number];

/** The first thing that is wrong, or true. */
function verdict(answers: readonly (true | string)[]): true | string {
  return answers.find((each) => each !== true) ?? true;
}

/** The one server of a process. It speaks for the whole store when the exporter is among the roles. */
function httpPart(
  wanted: readonly Role[],
  ports: RolePorts,
  parts: readonly RolePart[],
  pulse: Pulse,
  reloader: Reloader,
): Part {
  const { config, store, own, log } = ports;
  const role: Role = wanted.includes('exporter') ? 'exporter' : (wanted[0] ?? 'worker');
  const listen: Listen = config.current().listen[role];
  const { token } = config.current().api;
  const orders = token === null ? {} : { orders: { token, reload: () => reloader.reload('POST /-/reload') } };
  const health = {
    healthy: () => verdict(parts.map((part) => part.healthy())),
    ready: () => Promise.resolve(verdict([pulse.ready(), ...parts.map((part) => part.ready())])),
  };
  const options = (): HttpOptions => {
    if (role !== 'exporter') return { ...health, ...orders, metrics: () => own.text() };
    const exporter = exporterViews(config, store, own);
    return {
      ...orders,
      healthy: health.healthy,
      ready: async () => verdict([await exporter.ready(), await health.ready()]),
      metrics: () => exporter.metrics(),
      views: exporter.views,
    };
  };
  let server: { stop(): Promise<void> } | null = null;
  return {
    name: 'http',
    async start() {
      server = await startHttp({ ...options(), listen, configKey: `listen.${role}` }, log);
    },
    async stop() {
      await server?.stop();
    },
  };
}

/**
 * Runs these roles in this process until SIGTERM or SIGINT, then stops in order and resolves. Waits for Redis as long
 * as it takes. Rejects with what keeps the process from starting: ConfigInvalid, StoreUnsuitable, ListenFailed.
 */
export async function runRoles(
  wanted: readonly Role[],
  configFile: string,
  env: NodeJS.ProcessEnv,
  exit: Exit = (code) => process.exit(code),
): Promise<void> {
  const first = loadConfig(configFile, env);
  const config = createLiveConfig(first);
  const log = createLog(wanted.length === roles.length ? 'all' : wanted.join('+'));
  const store = createRedisStore(first.redis, log);
  const ports: RolePorts = { config, store, own: createOwnMetrics(), clock: systemClock, log };
  const pulse = storePulse(ports);
  const load = () => loadConfigAside(configFile, env);
  const reloader = createReloader({ live: config, load, own: ports.own, clock: systemClock, log });
  const makers = { scheduler: () => schedulerPart(ports), worker: () => workerPart(ports, () => pulse.upForMs()) };
  const roleParts = wanted.flatMap((role) => (role === 'exporter' ? [] : [makers[role]()]));
  const watching = wanted.includes('exporter') ? [ownCertificatesPart(ports)] : [];
  const end = watchForEnd(log, exit);

  const { begun, error } = await startParts(
    [reloader, httpPart(wanted, ports, roleParts, pulse, reloader), ...watching, pulse, ...roleParts],
    end.stopping,
  );
  if (error === null) {
    if (!end.stopping.aborted) log.info({ roles: wanted, partners: first.partners.length }, 'running');
    await end.asked;
  } else {
    log.error({ err: error }, 'cannot start');
  }
  await stopParts(begun, log);
  await store.close();
  end.release();
  if (error !== null) throw error;
  log.info({}, 'stopped');
}
