import { createProducer, type Producer } from '../queue/producer.ts';
import { queueSettings } from '../queue/settings.ts';
import { createTicker, type Ticker } from '../schedule/ticker.ts';
import { wakeEverySecond, type Waker } from '../schedule/wake.ts';
import type { RolePart, RolePorts } from './part.ts';
import { plannedOf } from './planned.ts';

/** Without a wake-up for so long the process is stuck. */
const stuckMs = 60_000;
/** Without an answered claim for so long the scheduler is of no use. */
const idleMs = 15_000;

/** What one vantage is given to do. */
interface Plan {
  readonly ticker: Ticker;
  readonly producer: Producer;
}

/** Decides when partners are examined and puts the work on the queue of every vantage. Any number of them may run. */
export function schedulerPart({ config, store, own, clock, log, quiet, witness }: RolePorts): RolePart {
  let plans: readonly Plan[] = [];
  let waker: Waker | null = null;
  let endedMs = clock.monotonic();
  let claimedMs = clock.monotonic();

  const planFor = (vantage?: string): Plan => {
    const { redis } = config.current();
    const producer = createProducer(queueSettings({ redis, partners: plannedOf(config.current()) }, vantage), quiet);
    const seen = vantage === undefined ? store : store.at(vantage);
    const partners = () => plannedOf(config.current());
    return { producer, ticker: createTicker({ partners, store: seen, producer, own, log: quiet }) };
  };

  return {
    name: 'scheduler',
    start() {
      plans = config.current().vantages?.names.map((name) => planFor(name)) ?? [planFor()];
      const tick = async (nowMs: number): Promise<void> => {
        // By a wrong clock it would be other slots: others plan, and what is still in time is made up for.
        if (witness.wrongByMs() === 0) await Promise.all(plans.map(({ ticker }) => ticker.tick(nowMs)));
        endedMs = clock.monotonic();
        if (plans.every(({ ticker }) => ticker.lastClaimedMs() === nowMs)) claimedMs = endedMs;
      };
      endedMs = clock.monotonic();
      claimedMs = endedMs;
      waker = wakeEverySecond(tick, clock, log);
      return Promise.resolve();
    },
    async stop() {
      await waker?.stop();
      await Promise.all(plans.map(({ producer }) => producer.close()));
    },
    // Before it began it waits for the store, and a restart would not bring that.
    healthy: () =>
      waker === null || clock.monotonic() - endedMs < stuckMs || 'the scheduler was not woken for a minute',
    ready: () =>
      witness.trouble() ??
      (clock.monotonic() - claimedMs < idleMs || 'the scheduler cannot claim slots: Redis does not answer'),
  };
}
