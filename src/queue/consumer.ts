import { DelayedError, WaitingError, Worker, type Job, type WorkerOptions } from 'bullmq';
import { z } from 'zod';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { Clock } from '../net/clock.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { watchFetching, type Fetching } from './fetching.ts';
import { jobVersions, type QueueName } from './job.ts';
import { NotYet, putsBack } from './put-back.ts';
import { keepJobs, nameOf, workerConnection, type QueueSettings } from './settings.ts';

/** What a handler knows of its job besides the data. */
export interface JobContext {
  /** Fires with ShuttingDown when the process stops and the work cannot be waited for. */
  readonly signal: AbortSignal;
  /** Since when the job could be taken, epoch milliseconds. */
  readonly enqueuedMs: number;
  /** It was started before and not finished: its worker died, or gave it back. */
  readonly rerun: boolean;
  /** A worker died with it. */
  readonly orphaned: boolean;
  /** How many died with it, or stood still for longer than their lock. */
  readonly deaths: number;
  /** It was put before all that wait: somebody asked for it. */
  readonly urgent: boolean;
}

/** Does one job. NotYet and errors of `putsBack` put it back; anything else is a bug: the job fails and is not tried again. */
export type Handler<Data> = (data: Data, context: JobContext) => Promise<void>;

export interface ConsumerOptions<Data> {
  readonly queue: QueueName;
  readonly schema: z.ZodType<Data>;
  readonly handler: Handler<Data>;
  readonly settings: QueueSettings;
  readonly own: Pick<OwnMetrics, 'jobDone' | 'jobFailed' | 'jobStalled'>;
  readonly clock: Clock;
  /** By how much the wall clock is known to be wrong; while it is, nothing is taken. Absent: it is right. */
  readonly clockWrongByMs?: () => number;
  /** Expected to be damped. */
  readonly log: Log;
}

/** Takes jobs of one queue until closed. */
export interface Consumer {
  /** True while jobs are fetched; else what is wrong, in a sentence. Means nothing while Redis is away. */
  alive(): true | string;
  /**
   * Takes no more, lets running jobs end within `graceMs`, then gives them back. Resolves within `graceMs` and
   * 3 seconds, also when Redis does not answer.
   */
  close(graceMs: number): Promise<void>;
}

/** Renewed three times in its length while a job runs; with the check below a dead worker's jobs run again within `rerunMs`. */
const lockMs = 3_000;
const stalledCheckMs = 500;
/** BullMQ would give the job up without a word to anybody; whoever does the work counts the deaths and says so. */
const mostStalls = 1_000;
const blockSeconds = 2;
const retryFetchMs = 1_000;
/** The longest examination takes half the longest interval, but something ends or is fetched far more often. */
const stuckMs = 60_000;
const closeLimitMs = 3_000;
const pollMs = 20;

/** How long a job rests that was put back. */
const putBackMs = { stopping: 0, wrongClock: 0, unavailable: 1_000, unknownVersion: 5_000 };
/** How often a clock that is wrong is asked again. */
const clockPollMs = 1_000;
/** A job of a version that nobody understands for so long is dropped. */
const unknownVersionLimitMs = 600_000;

const versioned = z.looseObject({ v: z.int() });

/** What the parts of a consumer share. */
interface Parts<Data> extends ConsumerOptions<Data> {
  readonly fetching: Fetching;
  readonly stopping: AbortController;
  /** Handlers under way, and whether new ones are turned away. */
  readonly state: { running: number; closing: boolean; resting: boolean };
}

export function createConsumer<Data>(options: ConsumerOptions<Data>): Consumer {
  const { queue, clock } = options;
  const fetching = watchFetching(clock, retryFetchMs);
  const stopping = new AbortController();
  const state = { running: 0, closing: false, resting: false };
  const worker = openWorker({ ...options, fetching, stopping, state });
  const quiet = (): boolean => state.running === 0 && fetching.pending() === 0;
  return {
    alive() {
      const idleMs = fetching.idleMs();
      if (idleMs < stuckMs || state.resting) return true;
      return `no job of the queue ${queue} was fetched or finished for ${Math.round(idleMs / 1000)} s`;
    },
    async close(graceMs) {
      state.closing = true;
      // Neither this nor the forced close below waits for Redis; an orderly close would, without end.
      await worker.pause(true);
      await until(clock, quiet, graceMs);
      stopping.abort(new ShuttingDown('the process is stopping'));
      await until(clock, quiet, closeLimitMs - 500);
      await Promise.race([worker.close(true), after(clock, 500)]);
    },
  };
}

function after(clock: Clock, ms: number): Promise<void> {
  return new Promise((done) => void clock.after(ms, done));
}

/** Resolves when `done` says so, at the latest after `limitMs`. */
async function until(clock: Clock, done: () => boolean, limitMs: number): Promise<void> {
  const endMs = clock.monotonic() + limitMs;
  while (!done() && clock.monotonic() < endMs) await after(clock, pollMs);
}

function openWorker<Data>(parts: Parts<Data>): Worker {
  const { queue, settings, own, clock, log, fetching, state } = parts;
  const keep = keepJobs(settings);
  const run = async (job: Job, token?: string): Promise<void> => {
    if (clockIsWrong()) {
      await rest();
      return giveBack(parts, job, token, putBackMs.wrongClock);
    }
    state.running += 1;
    try {
      await processJob(parts, job, token);
    } finally {
      state.running -= 1;
    }
  };
  const options: WorkerOptions = {
    connection: workerConnection(settings.place),
    prefix: settings.prefix,
    concurrency: settings.concurrency[queue],
    lockDuration: lockMs,
    lockRenewTime: lockMs / 3,
    stalledInterval: stalledCheckMs,
    maxStalledCount: mostStalls,
    drainDelay: blockSeconds,
    runRetryDelay: retryFetchMs,
    removeOnComplete: keep,
    removeOnFail: keep,
  };
  const worker = new Worker(nameOf(queue, settings), run, options, fetching.backendFactory);
  // Jobs carry instants of a clock that all agree with: by another one they would all be late, or none.
  const clockIsWrong = (): boolean => (parts.clockWrongByMs?.() ?? 0) !== 0;
  const rest = async (): Promise<void> => {
    const wrong = clockIsWrong();
    if (state.closing || wrong === state.resting) return;
    state.resting = wrong;
    await (wrong ? worker.pause(true) : worker.resume());
  };
  const watchClock = async (): Promise<void> => {
    if (state.closing) return;
    await rest();
    clock.after(clockPollMs, () => void watchClock());
  };
  if (parts.clockWrongByMs !== undefined) void watchClock();
  worker.on('completed', () => own.jobDone(queue));
  worker.on('failed', (job, err) => {
    own.jobDone(queue);
    own.jobFailed(queue);
    log.error({ err, queue, job: job?.id }, 'a job failed');
  });
  worker.on('stalled', (job) => {
    own.jobStalled(queue);
    log.warn({ queue, job }, 'a job was left by its worker and is run again');
  });
  worker.on('error', (err) => log.warn({ err, queue }, 'the worker has an error'));
  return worker;
}

/** Gives a job back to the queue, to be taken again after `afterMs` by anyone. */
async function giveBack(
  { clock, clockWrongByMs }: Pick<ConsumerOptions<never>, 'clock' | 'clockWrongByMs'>,
  job: Job,
  token: string | undefined,
  afterMs: number,
): Promise<never> {
  const wrongByMs = clockWrongByMs?.() ?? 0;
  if (wrongByMs > 0) {
    // BullMQ reckons a rest from the clock of this machine: by one that is ahead the job would rest until then.
    await job.moveToWait(token);
    throw new WaitingError();
  }
  await job.moveToDelayed(clock.wall() - wrongByMs + afterMs, token);
  throw new DelayedError();
}

/** One job: check its data, run the handler, put it back where that is right. */
async function processJob<Data>(parts: Parts<Data>, job: Job, token: string | undefined): Promise<void> {
  const { queue, schema, handler, own, clock, log, state, stopping } = parts;
  if (state.closing) return giveBack(parts, job, token, putBackMs.stopping);

  const version = versioned.safeParse(job.data);
  if (
    version.success &&
    version.data.v !== jobVersions[queue] &&
    clock.wall() - job.timestamp < unknownVersionLimitMs
  ) {
    log.warn({ queue, version: version.data.v }, 'a job of another version was put back');
    return giveBack(parts, job, token, putBackMs.unknownVersion);
  }
  const parsed = schema.safeParse(job.data);
  if (!parsed.success) {
    own.jobFailed(queue);
    log.warn({ queue, job: job.id, mistakes: z.prettifyError(parsed.error) }, 'a job that makes no sense was dropped');
    return;
  }
  try {
    const enqueuedMs = job.timestamp + (job.opts.delay ?? 0);
    const context = {
      signal: stopping.signal,
      enqueuedMs,
      rerun: job.attemptsStarted > 1,
      orphaned: job.stalledCounter > 0,
      deaths: job.stalledCounter,
      urgent: job.opts.lifo === true,
    };
    await handler(parsed.data, context);
  } catch (err) {
    if (err instanceof NotYet) return giveBack(parts, job, token, err.afterMs);
    if (!putsBack(err)) throw err;
    if (err instanceof ShuttingDown) return giveBack(parts, job, token, putBackMs.stopping);
    log.warn({ err, queue }, 'a job was put back');
    return giveBack(parts, job, token, putBackMs.unavailable);
  }
}
