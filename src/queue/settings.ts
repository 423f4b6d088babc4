import type { KeepJobs, RedisOptions } from 'bullmq';
import { clientPlace, type RedisPlace } from '../config/redis-place.ts';
import type { Partner } from '../federation/partner.ts';
import type { QueueName } from './job.ts';

/** Where the queues are and how their jobs are kept. */
export interface QueueSettings {
  readonly place: RedisPlace;
  readonly prefix: string;
  /** Whose queues these are, where each of several vantages has its own; absent: there is one pair. */
  readonly vantage?: string;
  /** How long a finished job is remembered, so that the same slot is not run again; milliseconds. */
  readonly keepMs: number;
  /** How many finished jobs of one queue are remembered at most. */
  readonly keepCount: number;
  /** How many jobs of each queue run at once in this process. */
  readonly concurrency: Readonly<Record<QueueName, number>>;
}

/**
 * Whoever accepts a connection and says nothing holds a lane for many seconds: with fewer lanes than hang at once the
 * others would wait. How many may begin at once is less, and the worker's to say.
 */
export const defaultConcurrency: QueueSettings['concurrency'] = { route: 8, edge: 256 };

/** The jobs of a worker that died are taken up again within this time: less than the shortest interval that may be configured. */
export const rerunMs = 4_500;

/** Most edges a partner is reckoned with when sizing what is kept; one with more only shortens the memory. */
const edgesReckoned = 4;

/** Of one vantage, where there are several. */
export function queueSettings(
  config: {
    readonly redis: RedisPlace & { readonly prefix: string };
    readonly partners: readonly Pick<Partner, 'everyMs'>[];
  },
  vantage?: string,
): QueueSettings {
  const longestMs = Math.max(60_000, ...config.partners.map((partner) => partner.everyMs));
  const keepMs = 2 * longestMs + 60_000;
  const slots = config.partners.reduce((sum, partner) => sum + keepMs / partner.everyMs, 0);
  return {
    place: config.redis,
    prefix: config.redis.prefix,
    ...(vantage === undefined ? {} : { vantage }),
    keepMs,
    keepCount: Math.ceil(1_000 + slots * edgesReckoned),
    concurrency: defaultConcurrency,
  };
}

/** What a queue is called in Redis. */
export function nameOf(queue: QueueName, { vantage }: Pick<QueueSettings, 'vantage'>): string {
  return vantage === undefined ? queue : `${queue}-${vantage}`;
}

/** How long and how many finished jobs are kept; seconds, as BullMQ has it. */
export function keepJobs({ keepMs, keepCount }: QueueSettings): KeepJobs {
  return { age: Math.ceil(keepMs / 1000), count: keepCount };
}

/** 50 ms to 2 s, half of it random: all processes reconnecting at once would be the next outage. */
export function retryDelayMs(times: number): number {
  const fullMs = Math.min(2_000, 50 * 2 ** Math.min(times, 6));
  return Math.round(fullMs * (0.5 + Math.random() / 2));
}

/** After a fail-over the old master refuses writes: reconnect, and send the command again. */
function reconnectOnError(error: Error): 2 | false {
  return error.message.startsWith('READONLY') ? 2 : false;
}

const shared = {
  retryStrategy: retryDelayMs,
  sentinelRetryStrategy: retryDelayMs,
  sentinelCommandTimeout: 2_000,
  reconnectOnError,
  keepAlive: 5_000,
  connectTimeout: 5_000,
};

/**
 * Adding fails at once while Redis is away: the next tick adds again, nothing may pile up here. A connection on which
 * an answer is overdue is given up, since a master that hangs keeps it open while another has taken over.
 */
export function producerConnection(place: RedisPlace): RedisOptions {
  return {
    ...clientPlace(place),
    ...shared,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 2_000,
    socketTimeout: 4_000,
  };
}

/** Fetching waits for Redis as long as it takes; a connection on which nothing comes is given up. BullMQ blocks for at most 10 s. */
export function workerConnection(place: RedisPlace): RedisOptions {
  return { ...clientPlace(place), ...shared, maxRetriesPerRequest: null, socketTimeout: 15_000 };
}
