import { loadConfigAside } from '../config/aside.ts';
import type { Config, Listen } from '../config/config.ts';
import { createLiveConfig } from '../config/live.ts';
import { loadConfig } from '../config/load.ts';
import { productionWarnings } from '../config/production.ts';
import { startHttp, type HttpOptions } from '../http/server.ts';
import { damped } from '../log/damper.ts';
import { createLog } from '../log/pino.ts';
import { createOwnMetrics } from '../metrics/own-prometheus.ts';
import { systemClock } from '../net/clock.ts';
import { createRedisStore } from '../store/redis.ts';
import { causesPart } from './causes.ts';
import { watchForEnd, type Exit } from './end.ts';
import { exporterViews } from './exporter.ts';
import { ordersOf } from './on-demand.ts';
import { ownDomainPart } from './own-domain.ts';
import { ownCertificatesPart } from './own-watch.ts';
import { startParts, stopParts, type Part, type RolePart, type RolePorts } from './part.ts';
import { storePulse, type Pulse } from './pulse.ts';
import { queuesPart, type Queues } from './queues.ts';
import { createReloader, type Reloader } from './reload.ts';
import { schedulerPart } from './scheduler.ts';
import { clockWitness } from './witness.ts';
import { workerPart } from './worker.ts';

export const roles = ['scheduler', 'worker', 'exporter'] as const;
export type Role = (typeof roles)[number];

/** The first thing that is wrong, or true. */
function verdict(answers: readonly (true | string)[]): true | string {
  return answers.find((each) => each !== true) ?? true;
}

/** What the exporter shows. A view asks how old evidence is, and whoever gathered it agreed with the store's clock. */
function exporterOf(ports: RolePorts, queues: Queues): ReturnType<typeof exporterViews> {
  const { config, store, own, clock, witness } = ports;
  const wall = (): number => clock.wall() - witness.wrongByMs();
  return exporterViews(config, store, own, { ...clock, wall }, { queues: () => queues.samples() });
}

/** What the server speaks for beside the roles. `exporter`: null where it is none of the roles. */
interface Around {
  readonly pulse: Pulse;
  readonly reloader: Reloader;
  readonly exporter: ReturnType<typeof exporterViews> | null;
  readonly examine: ReturnType<typeof ordersOf> | null;
}

/** The one server of a process. It speaks for the whole store when the exporter is among the roles. */
function httpPart(
  wanted: readonly Role[],
  ports: RolePorts,
  parts: readonly RolePart[],
  { pulse, reloader, exporter, examine }: Around,
): Part {
  const { config, own, log } = ports;
  const role: Role = wanted.includes('exporter') ? 'exporter' : (wanted[0] ?? 'worker');
  const listen: Listen = config.current().listen[role];
  const { token } = config.current().api;
  const reload = (): ReturnType<Reloader['reload']> => reloader.reload('POST /-/reload');
  const orders = token === null ? {} : { orders: { token, reload, ...(examine === null ? {} : { examine }) } };
  const health = {
    healthy: () => verdict(parts.map((part) => part.healthy())),
    ready: () => Promise.resolve(verdict([pulse.ready(), ...parts.map((part) => part.ready())])),
  };
  const options = (): HttpOptions => {
    if (exporter === null) return { ...health, ...orders, metrics: (format) => own.text(format) };
    return {
      ...orders,
      healthy: health.healthy,
      ready: async () => verdict([await exporter.ready(), await health.ready()]),
      metrics: (format) => exporter.metrics(format),
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
  const quiet = damped(log, systemClock);
  const warn = (now: Config): void => {
    for (const warning of productionWarnings(now)) log.warn({}, warning);
  };
  warn(first);
  config.onChange(warn);
  const store = createRedisStore({ ...first.redis, remember: wanted.includes('exporter') }, quiet);
  const own = createOwnMetrics();
  const witness = clockWitness(systemClock, own, log);
  const ports: RolePorts = { config, store, own, clock: systemClock, log, quiet, witness };
  const pulse = storePulse(ports);
  const load = () => loadConfigAside(configFile, env);
  const reloader = createReloader({ live: config, load, own, clock: systemClock, log });
  const makers = { scheduler: () => schedulerPart(ports), worker: () => workerPart(ports, () => pulse.upForMs()) };
  const roleParts = wanted.flatMap((role) => (role === 'exporter' ? [] : [makers[role]()]));
  const queues = queuesPart(ports);
  const exporter = wanted.includes('exporter') ? exporterOf(ports, queues) : null;
  const watching = exporter === null ? [] : [ownCertificatesPart(ports), ownDomainPart(ports)];
  const searching = exporter === null ? [] : [causesPart({ ...ports, read: () => exporter.troubled() })];
  const examine = exporter === null ? null : ordersOf(ports, queues);
  const end = watchForEnd(log, exit);

  const { begun, error } = await startParts(
    [
      reloader,
      httpPart(wanted, ports, roleParts, { pulse, reloader, exporter, examine }),
      queues,
      ...watching,
      pulse,
      ...searching,
      ...roleParts,
    ],
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
