import { checkServer } from '../store/check-server.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Part, RolePorts } from './part.ts';

/** The store as a part of a process: waited for at the start, felt every few seconds after. */
export interface Pulse extends Part {
  ready(): true | string;
  /** How long the store has answered without a miss, milliseconds; 0 while it does not. */
  upForMs(): number;
}

const everyMs = 5_000;
const firstRetryMs = 500;
const longestRetryMs = 10_000;

/** Half fixed, half random, doubling: many processes that wait for one Redis must not come back together. */
export function waitMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}

/** Its `start` resolves once Redis answers and may be used, however long that takes; rejects with StoreUnsuitable. */
export function storePulse({ config, store, own, clock, log, quiet, witness }: RolePorts): Pulse {
  let upSinceMs: number | null = null;
  let cancel = (): void => undefined;
  let stopped = false;

  const felt = (up: boolean): void => {
    own.storeUp(up);
    if (up) upSinceMs ??= clock.monotonic();
    else upSinceMs = null;
  };

  async function beat(): Promise<void> {
    try {
      const askedMs = clock.monotonic();
      const storeMs = await store.time();
      witness.heard(storeMs, clock.monotonic() - askedMs);
      felt(true);
    } catch (err) {
      if (upSinceMs !== null) log.warn({ err }, 'the store is away');
      felt(false);
    }
    if (!stopped) cancel = clock.after(everyMs, () => void beat());
  }

  async function awaitStore(stopping: AbortSignal): Promise<void> {
    for (let attempt = 0; !stopping.aborted; attempt += 1) {
      try {
        await checkServer(config.current().redis, quiet);
        return;
      } catch (err) {
        if (!(err instanceof StoreUnavailable)) throw err;
        felt(false);
        quiet.warn({ err, attempt: attempt + 1 }, 'waiting for Redis: is it running, and is redis.url right?');
        await rest(waitMs(attempt, Math.random()), stopping);
      }
    }
  }

  function rest(ms: number, stopping: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const wake = (): void => {
        cancelRest();
        stopping.removeEventListener('abort', wake);
        done();
      };
      const cancelRest = clock.after(ms, wake);
      stopping.addEventListener('abort', wake, { once: true });
    });
  }

  return {
    name: 'store',
    async start(stopping) {
      await awaitStore(stopping);
      if (!stopping.aborted) await beat();
    },
    stop() {
      stopped = true;
      cancel();
      return Promise.resolve();
    },
    ready: () => upSinceMs !== null || 'Redis does not answer: check that it runs and that redis.url is right.',
    upForMs: () => (upSinceMs === null ? 0 : clock.monotonic() - upSinceMs),
  };
}
