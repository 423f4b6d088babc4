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

export function watchFetching(clock: Clock): Fetching {
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
    backend.moveToActive = watched(backend.moveToActive.bind(backend));
    backend.moveToCompleted = watched(backend.moveToCompleted.bind(backend));
    backend.moveToFailed = watched(backend.moveToFailed.bind(backend));
    return backend;
  };
  return { backendFactory, idleMs: () => clock.monotonic() - movedMs, pending: () => pending };
}
