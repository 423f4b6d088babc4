import type { Config } from '../config/config.ts';
import { standpointOf } from '../federation/vantage.ts';
import type { Net } from '../net/net.ts';
import { createNet } from '../net/node-net.ts';
import { watchStandstill, type Standstill } from '../net/standstill.ts';
import type { ZoneMemory } from '../probe/dns/zone.ts';
import { settingsOf, type ExaminationSettings } from '../probe/examination.ts';
import { createConsumer, type Consumer } from '../queue/consumer.ts';
import { edgeJob, routeJob } from '../queue/job.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import { keepIdentities, type IdentityKeeper } from './identities.ts';
import { oursOf, type OursTeller } from './ours.ts';
import type { RolePart, RolePorts } from './part.ts';
import { plannedOf } from './planned.ts';
import { createWork, type Work } from './work.ts';

/** Running examinations may end by themselves for so long when the process stops; then they are given back. */
const longestGraceMs = 5_000;
/** A fetch loop may stand still while Redis is away, and for so long after. */
const settleMs = 60_000;

/** Settings of an examination that keeps what it learns of zones. */
function remembering({ dns, sip }: ExaminationSettings, zones: ZoneMemory): ExaminationSettings {
  return { dns: { ...dns, zones }, sip };
}

/** The network as jobs may touch it under this configuration. */
function reaching({ egress, trust }: Config, { identities }: IdentityKeeper): Net {
  return createNet({ egressAllow: egress.allow, trust, certificate: null, identities });
}

/** Carries out jobs. `storeUpForMs` tells a worker that is stuck from one that waits for Redis. */
export function workerPart(ports: RolePorts, storeUpForMs: () => number): RolePart {
  const { config, store, own, clock, log, quiet, witness } = ports;
  const doubted = (): boolean => witness.trouble() !== null;
  let consumers: readonly Consumer[] = [];
  let producer: Producer | null = null;
  let keeper: IdentityKeeper | null = null;
  let standstill: Standstill | null = null;
  let ours: OursTeller | null = null;

  const stuck = (): string | null => {
    const first = consumers.map((each) => each.alive()).find((each) => each !== true);
    return first ?? null;
  };

  return {
    name: 'worker',
    start() {
      const place = standpointOf(config.current());
      const planned = { redis: config.current().redis, partners: plannedOf(config.current()) };
      const settings = queueSettings(planned, place.standpoint?.vantage);
      const queue = createProducer(settings, quiet);
      producer = queue;
      const renewed = (): void => void ours?.look();
      const identities = keepIdentities(config.current(), { clock, log, own, doubted, renewed });
      keeper = identities;
      ours = oursOf(ports, identities.identities);
      const watch = watchStandstill(clock);
      standstill = watch;
      identities.start();
      const zones: ZoneMemory = new Map();
      const workOf = (now: Config): Work => {
        const net = reaching(now, identities);
        return createWork({
          config: now,
          store,
          ...place,
          producer: queue,
          world: { net, clock, standstill: watch },
          settings: remembering(settingsOf(now), zones),
          log: quiet,
          own,
          doubted,
        });
      };
      // Jobs under way end with what they began with.
      let work = workOf(config.current());
      config.onChange((next) => {
        identities.use(next);
        work = workOf(next);
        void ours?.look();
      });
      const shared = { settings, own, clock, log: quiet, clockWrongByMs: () => witness.wrongByMs() };
      consumers = [
        createConsumer({
          ...shared,
          queue: 'route',
          schema: routeJob,
          handler: (job, context) => work.route(job, context),
        }),
        createConsumer({
          ...shared,
          queue: 'edge',
          schema: edgeJob,
          handler: (job, context) => work.edge(job, context),
        }),
      ];
      void ours?.look();
      return Promise.resolve();
    },
    async stop() {
      keeper?.stop();
      ours?.stop();
      const deadlineMs = Math.max(0, ...config.current().partners.map((partner) => partner.timeoutMs));
      const graceMs = Math.min(longestGraceMs, deadlineMs);
      await Promise.all(consumers.map((each) => each.close(graceMs)));
      await producer?.close();
      standstill?.stop();
    },
    healthy: () => (storeUpForMs() < settleMs ? true : (stuck() ?? true)),
    ready: () => witness.trouble() ?? stuck() ?? true,
  };
}
