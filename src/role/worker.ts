import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { damped } from '../log/damper.ts';
import { createNet } from '../net/node-net.ts';
import { settingsOf } from '../probe/examine.ts';
import { createConsumer, type Consumer } from '../queue/consumer.ts';
import { edgeJob, routeJob } from '../queue/job.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import type { RolePart, RolePorts } from './part.ts';
import { createWork } from './work.ts';

/** Running examinations may end by themselves for so long when the process stops; then they are given back. */
const longestGraceMs = 5_000;
/** A fetch loop may stand still while Redis is away, and for so long after. */
const settleMs = 60_000;

/** What we present to partners that ask for a certificate. */
function ownCertificate({ identity }: Config): { readonly cert: Buffer; readonly key: Buffer } | null {
  const { certFile, keyFile } = identity;
  return certFile === null || keyFile === null ? null : { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** Carries out jobs. `storeUpForMs` tells a worker that is stuck from one that waits for Redis. */
export function workerPart(ports: RolePorts, storeUpForMs: () => number): RolePart {
  const { config, store, own, clock, log } = ports;
  const quiet = damped(log, clock);
  let consumers: readonly Consumer[] = [];
  let producer: Producer | null = null;

  const stuck = (): string | null => {
    const first = consumers.map((each) => each.alive()).find((each) => each !== true);
    return first ?? null;
  };

  return {
    name: 'worker',
    start() {
      const certificate = ownCertificate(config);
      const net = createNet({ egressAllow: config.egress.allow, trust: config.trust, certificate });
      const settings = queueSettings(config);
      producer = createProducer(settings, quiet);
      const work = createWork({ config, store, producer, world: { net, clock }, settings: settingsOf(config), own });
      const shared = { settings, own, clock, log: quiet };
      consumers = [
        createConsumer({ ...shared, queue: 'route', schema: routeJob, handler: work.route }),
        createConsumer({ ...shared, queue: 'edge', schema: edgeJob, handler: work.edge }),
      ];
      return Promise.resolve();
    },
    async stop() {
      const deadlineMs = Math.max(0, ...config.partners.map((partner) => partner.timeoutMs));
      const graceMs = Math.min(longestGraceMs, deadlineMs);
      await Promise.all(consumers.map((each) => each.close(graceMs)));
      await producer?.close();
    },
    healthy: () => (storeUpForMs() < settleMs ? true : (stuck() ?? true)),
    ready: () => stuck() ?? true,
  };
}
