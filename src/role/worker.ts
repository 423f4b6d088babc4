import type { Config } from '../config/config.ts';
import { damped } from '../log/damper.ts';
import { createNet } from '../net/node-net.ts';
import { settingsOf } from '../probe/examine.ts';
import { createConsumer, type Consumer } from '../queue/consumer.ts';
import { edgeJob, routeJob } from '../queue/job.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import { keepIdentities, type IdentityKeeper } from './identities.ts';
import type { RolePart, RolePorts } from './part.ts';
import { createWork, type Work } from './work.ts';

/** Running examinations may end by themselves for so long when the process stops; then they are given back. */
const longestGraceMs = 5_000;
/** A fetch loop may stand still while Redis is away, and for so long after. */
const settleMs = 60_000;

/** Carries out jobs. `storeUpForMs` tells a worker that is stuck from one that waits for Redis. */
export function workerPart(ports: RolePorts, storeUpForMs: () => number): RolePart {
  const { config, store, own, clock, log } = ports;
  const quiet = damped(log, clock);
  let consumers: readonly Consumer[] = [];
  let producer: Producer | null = null;
  let keeper: IdentityKeeper | null = null;

  const stuck = (): string | null => {
    const first = consumers.map((each) => each.alive()).find((each) => each !== true);
    return first ?? null;
  };

  return {
    name: 'worker',
    start() {
      const settings = queueSettings(config.current());
      const queue = createProducer(settings, quiet);
      producer = queue;
      const identities = keepIdentities(config.current(), { clock, log, own });
      keeper = identities;
      identities.start();
      const workOf = (now: Config): Work => {
        const { egress, trust } = now;
        const reach = { egressAllow: egress.allow, trust, certificate: null };
        const net = createNet({ ...reach, identities: identities.identities });
        return createWork({
          config: now,
          store,
          producer: queue,
          world: { net, clock },
          settings: settingsOf(now),
          log: quiet,
          own,
        });
      };
      // Jobs under way end with what they began with.
      let work = workOf(config.current());
      config.onChange((next) => {
        identities.use(next);
        work = workOf(next);
      });
      const shared = { settings, own, clock, log: quiet };
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
      return Promise.resolve();
    },
    async stop() {
      keeper?.stop();
      const deadlineMs = Math.max(0, ...config.current().partners.map((partner) => partner.timeoutMs));
      const graceMs = Math.min(longestGraceMs, deadlineMs);
      await Promise.all(consumers.map((each) => each.close(graceMs)));
      await producer?.close();
    },
    healthy: () => (storeUpForMs() < settleMs ? true : (stuck() ?? true)),
    ready: () => stuck() ?? true,
  };
}
