import { Queue, type BulkJobOptions } from 'bullmq';
import type { Log } from '../log/log.ts';
import { edgeJobId, routeJobId } from './id.ts';
import {
  edgeJobVersion,
  edgesPerJob,
  jobVersion,
  partnersPerJob,
  type EdgeJob,
  type EdgeSlot,
  type QueueName,
  type RouteJob,
} from './job.ts';
import { keepJobs, nameOf, producerConnection, type QueueSettings } from './settings.ts';

/** The queue did not take a job within its time. Adding the same again is safe. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
  readonly code = 'queue_unavailable';
}

/** What a queue holds now. */
export interface QueueState {
  readonly queue: QueueName;
  readonly jobs: Readonly<Record<'waiting' | 'active' | 'delayed', number>>;
  /** Since when the job could be taken that waits longest, epoch milliseconds; null: none waits. */
  readonly oldestMs: number | null;
  /** Processes that take jobs from it; null: the server does not let us ask. */
  readonly workers: number | null;
}

/** Puts work on the queues. Adding twice is adding once. Rejects with QueueUnavailable within a few seconds. */
export interface Producer {
  addRoutes(slots: RouteJob['slots']): Promise<void>;
  /** One slot that rests for `delayMs` before anyone may take it. */
  addLater(slot: RouteJob['slots'][number], delayMs: number): Promise<void>;
  /** One slot before all that wait. */
  addNow(slot: RouteJob['slots'][number]): Promise<void>;
  /**
   * `delaysMs` says how long each slot rests before anyone may take it, in a job of its own; those that do not rest share
   * jobs. The same again changes nothing. `urgent`: before all that wait.
   */
  addEdges(slots: readonly EdgeSlot[], delaysMs?: readonly number[], urgent?: boolean): Promise<void>;
  /**
   * The clock was set back by so much, milliseconds: forgets finished jobs, whose ids belong to slots that come again, and
   * lets go those that rest until an instant that is far away now.
   */
  clockWentBack(byMs: number): Promise<void>;
  /** What each queue holds, in one bounded look. */
  states(): Promise<readonly QueueState[]>;
  /** Ends the connections at once. */
  close(): Promise<void>;
}

/** One round trip carries this many jobs. */
const jobsPerTrip = 200;

/** Longer than a command may take; it also ends the wait for a first connection, which BullMQ does not bound. */
const addLimitMs = 3_000;

/** The oldest wait at the end; behind what was put before all others, of which there are few. */
const looked = 32;

interface Entry {
  readonly name: QueueName;
  readonly data: RouteJob | EdgeJob;
  readonly opts: BulkJobOptions & { readonly jobId: string };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${addLimitMs} ms`)), addLimitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Users of before may list no clients. */
function nullWhereDenied(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('NOPERM')) return null;
  throw error;
}

/** One queue; opened on use, and opened anew when its first connection failed, which BullMQ takes as final. */
class Outlet {
  readonly #name: QueueName;
  readonly #settings: QueueSettings;
  readonly #log: Log;
  #queue: Queue | null = null;

  constructor(name: QueueName, settings: QueueSettings, log: Log) {
    this.#name = name;
    this.#settings = settings;
    this.#log = log;
  }

  async add(entries: readonly Entry[]): Promise<void> {
    for (const some of chunks(entries, jobsPerTrip)) {
      const queue = this.#open();
      try {
        await inTime(queue.addBulk([...some]));
      } catch (cause) {
        throw new QueueUnavailable(`the queue ${this.#name} did not take ${some.length} jobs`, { cause });
      }
    }
  }

  async clockWentBack(byMs: number): Promise<void> {
    const queue = this.#open();
    try {
      for (const type of ['completed', 'failed'] as const) await inTime(queue.clean(-byMs - 1_000, 0, type));
      await inTime(queue.promoteJobs());
    } catch (cause) {
      throw new QueueUnavailable(`the queue ${this.#name} did not forget what was done`, { cause });
    }
  }

  async state(): Promise<QueueState> {
    const queue = this.#open();
    try {
      const [oldest, { waiting = 0, active = 0, delayed = 0 }, workers] = await inTime(
        Promise.all([
          queue.getJobs(['waiting'], 0, looked - 1, true),
          queue.getJobCounts('waiting', 'active', 'delayed'),
          queue.getWorkersCount().catch(nullWhereDenied),
        ]),
      );
      const since = oldest.map(({ timestamp, opts }) => timestamp + (opts.delay ?? 0));
      const oldestMs = since.length === 0 ? null : Math.min(...since);
      return { queue: this.#name, jobs: { waiting, active, delayed }, oldestMs, workers };
    } catch (cause) {
      throw new QueueUnavailable(`the queue ${this.#name} did not tell what it holds`, { cause });
    }
  }

  async close(): Promise<void> {
    const queue = this.#queue;
    this.#queue = null;
    // Forced: an orderly close waits for Redis.
    await queue?.getBackend().close(true);
  }

  #open(): Queue {
    if (this.#queue !== null) return this.#queue;
    const { place, prefix } = this.#settings;
    const keep = keepJobs(this.#settings);
    const queue = new Queue(nameOf(this.#name, this.#settings), {
      connection: producerConnection(place),
      prefix,
      defaultJobOptions: { attempts: 1, removeOnComplete: keep, removeOnFail: keep },
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', (err) => this.#log.warn({ err, queue: this.#name }, 'the connection to the queue has an error'));
    queue.waitUntilReady().catch(() => {
      if (this.#queue === queue) void this.close();
    });
    this.#queue = queue;
    return queue;
  }
}

/** `log` is expected to be damped: a Redis that is away makes an error at each attempt to connect. */
export function createProducer(settings: QueueSettings, log: Log): Producer {
  const routes = new Outlet('route', settings, log);
  const edges = new Outlet('edge', settings, log);
  return {
    async addRoutes(slots) {
      const jobs = chunks(slots, partnersPerJob).map((some): RouteJob => ({ v: jobVersion, slots: some }));
      await routes.add(jobs.map((data) => ({ name: 'route', data, opts: { jobId: routeJobId(data) } })));
    },
    async addLater(slot, delayMs) {
      const data: RouteJob = { v: jobVersion, slots: [slot] };
      await routes.add([{ name: 'route', data, opts: { jobId: routeJobId(data), delay: delayMs } }]);
    },
    async addNow(slot) {
      const data: RouteJob = { v: jobVersion, slots: [slot] };
      await routes.add([{ name: 'route', data, opts: { jobId: routeJobId(data), lifo: true } }]);
    },
    async addEdges(slots, delaysMs = [], urgent = false) {
      const entry = (some: readonly EdgeSlot[], delay: number): Entry => {
        const data: EdgeJob = { v: edgeJobVersion, slots: some };
        return { name: 'edge', data, opts: { jobId: edgeJobId(data), delay, ...(urgent ? { lifo: true } : {}) } };
      };
      const restOf = (at: number): number => delaysMs[at] ?? 0;
      const now = slots.filter((_, at) => restOf(at) === 0);
      const later = slots.flatMap((slot, at) => (restOf(at) === 0 ? [] : [entry([slot], restOf(at))]));
      await edges.add([...chunks(now, edgesPerJob).map((some) => entry(some, 0)), ...later]);
    },
    async clockWentBack(byMs) {
      await Promise.all([routes.clockWentBack(byMs), edges.clockWentBack(byMs)]);
    },
    states: () => Promise.all([routes.state(), edges.state()]),
    async close() {
      await Promise.all([routes.close(), edges.close()]);
    },
  };
}
