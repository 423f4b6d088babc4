import { damped } from '../log/damper.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import { createTicker } from '../schedule/ticker.ts';
import { wakeEverySecond, type Waker } from '../schedule/wake.ts';
import type { RolePart, RolePorts } from './part.ts';

/** Without a wake-up for so long the process is stuck. */
const stuckMs = 60_000;
/** Without an answered claim for so long the scheduler is of no use. */
const idleMs = 15_000;

/** Decides when partners are examined and puts the work on the queue. Any number of them may run. */
export function schedulerPart({ config, store, own, clock, log }: RolePorts): RolePart {
  const quiet = damped(log, clock);
  let producer: Producer | null = null;
  let waker: Waker | null = null;
  let endedMs = clock.monotonic();
  let claimedMs = clock.monotonic();

  return {
    name: 'scheduler',
    start() {
      producer = createProducer(queueSettings(config.current()), quiet);
      const ticker = createTicker({ partners: () => config.current().partners, store, producer, own, log: quiet });
      const tick = async (nowMs: number): Promise<void> => {
        await ticker.tick(nowMs);
        endedMs = clock.monotonic();
        if (ticker.lastClaimedMs() === nowMs) claimedMs = endedMs;
      };
      endedMs = clock.monotonic();
      claimedMs = endedMs;
      waker = wakeEverySecond(tick, clock, log);
      return Promise.resolve();
    },
    async stop() {
      await waker?.stop();
      await producer?.close();
    },
    healthy: () => clock.monotonic() - endedMs < stuckMs || 'the scheduler was not woken for a minute',
    ready: () => clock.monotonic() - claimedMs < idleMs || 'the scheduler cannot claim slots: Redis does not answer',
  };
}
