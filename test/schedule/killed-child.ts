import type { Producer } from '../../src/queue/producer.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { createTicker, type Ticker } from '../../src/schedule/ticker.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { quiet, settingsFor } from '../queue/rig.ts';
import { partner } from './partner.ts';

/** Of a minute each: at any instant about half of them are due, in several jobs. */
export const partners = Array.from({ length: 90 }, (_, at) => partner(`p${String(at)}.example`, 60_000));

/** A scheduler on a real Redis, without what wakes it. */
export function scheduler(
  url: string,
  own: { slotsMissed(schedule: string, slots: number): void },
  around: (producer: Producer) => Pick<Producer, 'addRoutes' | 'clockWentBack'> = (producer) => producer,
): { readonly ticker: Ticker; readonly end: () => Promise<void> } {
  const store = createRedisStore({ url, prefix: '{test}' }, quiet);
  const producer = createProducer(settingsFor(url), quiet);
  const ticker = createTicker({
    partners: () => partners,
    store,
    producer: around(producer),
    own: { ...own, schedulerFired: () => undefined },
    log: quiet,
  });
  return {
    ticker,
    async end() {
      await producer.close();
      await store.close();
    },
  };
}

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('dead');
};

// Run as a program: it is killed between claiming and adding, or between adding and saying so.
if (process.argv[1] === import.meta.filename) {
  const [, , url = '', when] = process.argv;
  const { ticker } = scheduler(url, { slotsMissed: () => undefined }, (producer) => ({
    clockWentBack: (byMs) => producer.clockWentBack(byMs),
    async addRoutes(slots) {
      if (when === 'before') die();
      await producer.addRoutes(slots);
      die();
    },
  }));
  await ticker.tick(Date.now());
}
