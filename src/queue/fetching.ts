import { createRedisBackend, type BackendFactory, type RedisQueueBackend } from 'bullmq';
import type { Clock } from '../net/clock.ts';

/**
 * Watches a worker's fetch loop from the inside. BullMQ has no word for "still fetching": `isRunning()` and a ping of
 * the other connection both stayed well while a worker never took another job (taskforcesh/bullmq#4585).
 */
export interface Fetching {
  readonly backendFactory: BackendFactory<RedisQueueBackend>;
  /** Milliseconds since Redis last answered a fetch or took the end of a job. */
  idleMs(): number;
  /** Requests not answered yet that take or end a job. */
  pending(): number;
}

/** Redis answered, and not what was asked for: no memory, no right to write, still loading. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';

/**
 * `restMs`: before the next fetch after one that was refused. BullMQ rests after broken connections alone: while a job is
 * due that Redis does not give, it asks 3,500 times a second.
 */
export function watchFetching(clock: Clock, restMs: number): Fetching {
  let movedMs = clock.monotonic();
  let pending = 0;
  const watched =
    <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      pending += 1;
      try {
        const answer = await call(...args);
        movedMs = clock.monotonic();
        return answer;
      } finally {
        pending -= 1;
      }
    };
  const backendFactory: BackendFactory<RedisQueueBackend> = (name, options, more) => {
    const backend = createRedisBackend(name, options, more);
    const waitForJob = backend.waitForJob.bind(backend);
    backend.waitForJob = async (seconds) => {
      const marker = await waitForJob(seconds);
      movedMs = clock.monotonic();
      return marker;
    };
    const moveToActive = watched(backend.moveToActive.bind(backend));
    const rested = async (error: unknown): Promise<never> => {
      if (isRefusal(error)) await new Promise<void>((done) => void clock.after(restMs, done));
      throw error;
    };
    backend.moveToActive = (...args) => moveToActive(...args).catch(rested);
    backend.moveToCompleted = watched(backend.moveToCompleted.bind(backend));
    backend.moveToFailed = watched(backend.moveToFailed.bind(backend));
    return backend;
  };
  return { backendFactory, idleMs: () => clock.monotonic() - movedMs, pending: () => pending };
}
