import { sample, seconds } from '../metrics/sample.ts';
import type { Sample } from '../probe/probe.ts';
import { createProducer, QueueUnavailable, type Producer, type QueueState } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import type { Part, RolePorts } from './part.ts';
import { plannedOf } from './planned.ts';

/** The queues of every vantage, as a process has them that plans nothing. */
export interface Queues extends Part {
  producers(): readonly Producer[];
  /** What they hold, as samples; none where a queue cannot be read. */
  samples(): Promise<readonly Sample[]>;
}

type Open = ReadonlyMap<string, Producer>;

/** They are connected to when they are first used. */
export function queuesPart({ config, quiet }: Pick<RolePorts, 'config' | 'quiet'>): Queues {
  let opened: Open | null = null;
  const open = (): Open => {
    const { redis, vantage, vantages } = config.current();
    const planned = { redis, partners: plannedOf(config.current()) };
    const several = vantages?.names.map((name) => [name, createProducer(queueSettings(planned, name), quiet)] as const);
    opened ??= new Map(several ?? [[vantage, createProducer(queueSettings(planned), quiet)]]);
    return opened;
  };
  return {
    name: 'queues',
    producers: () => [...open().values()],
    samples: async () => (await Promise.all([...open()].map(([vantage, queue]) => samplesOf(vantage, queue)))).flat(),
    start: () => Promise.resolve(),
    async stop() {
      await Promise.all([...(opened?.values() ?? [])].map((each) => each.close()));
    },
  };
}

/** The samples of one vantage. */
export async function samplesOf(vantage: string, queues: Pick<Producer, 'states'>): Promise<readonly Sample[]> {
  try {
    return (await queues.states()).flatMap((state) => [...samplesIn(vantage, state)]);
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    return [];
  }
}

function* samplesIn(vantage: string, { queue, jobs, oldestMs, workers }: QueueState): Generator<Sample> {
  for (const [state, count] of Object.entries(jobs))
    yield sample('fedmon_queue_jobs', { queue, vantage, state }, count);
  if (oldestMs !== null) {
    yield sample('fedmon_queue_oldest_waiting_timestamp_seconds', { queue, vantage }, seconds(oldestMs));
  }
  if (workers !== null) yield sample('fedmon_queue_workers', { queue, vantage }, workers);
}
