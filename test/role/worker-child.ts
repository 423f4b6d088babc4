import { systemClock } from '../../src/net/clock.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { createConsumer } from '../../src/queue/consumer.ts';
import { edgeJob, routeJob } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { createWork } from '../../src/role/work.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { scriptedNet, type DnsScript, type EdgeScript } from '../fakes/scripted-net.ts';
import { quiet, settingsFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { settings, sharedDns, sharedRoute } from './bed.ts';
import { uncounted } from './uncounted.ts';

/** Another fleet than the one partner behind one edge. */
export interface ScriptedFleet {
  readonly partners: readonly Partner[];
  readonly dns: Record<string, DnsScript>;
  readonly edges: Record<string, EdgeScript>;
}

const onePartner: ScriptedFleet = {
  partners: [{ ...partner('a.example', 600_000, 60_000), route: sharedRoute }],
  dns: sharedDns,
  edges: {},
};

/** A worker of both queues whose network is a script; `edge` is what stands at 192.0.2.1. */
export function scriptedWorker(
  url: string,
  edge: EdgeScript,
  onConnect: (address: string) => void = () => undefined,
  fleet = onePartner,
): () => Promise<void> {
  const store = createRedisStore({ url, prefix: '{test}' }, quiet);
  const queue = settingsFor(url);
  const producer = createProducer(queue, quiet);
  const net = scriptedNet({ dns: fleet.dns, edges: { '192.0.2.1:5061': edge, ...fleet.edges } });
  const connect = net.connect.bind(net);
  net.connect = (to, signal) => {
    onConnect(to.address);
    return connect(to, signal);
  };
  const own = uncounted();
  const world = { net, clock: systemClock };
  const work = createWork({
    config: { partners: fleet.partners, hysteresis: defaultHysteresis },
    store,
    log: quiet,
    producer,
    world,
    settings,
    own,
  });
  const shared = { settings: queue, own, clock: systemClock, log: quiet };
  const consumers = [
    createConsumer({ ...shared, queue: 'route', schema: routeJob, handler: work.route }),
    createConsumer({ ...shared, queue: 'edge', schema: edgeJob, handler: work.edge }),
  ];
  return async () => {
    await Promise.all(consumers.map((each) => each.close(0)));
    await producer.close();
    await store.close();
  };
}

// Run as a program: a worker that hangs in its first examination and says so, to be killed there.
if (process.argv[1] === import.meta.filename) {
  scriptedWorker(process.argv[2] ?? '', { connect: 'silence' }, () => void process.stdout.write('examining\n'));
}
