import { setTimeout as pause } from 'node:timers/promises';
import { startLossyRelay, type LossyRelay } from '../lab/lossy-relay.ts';
import type { Bed } from './bed.ts';
import { inBed } from './kills.ts';
import { dice, type Dice } from './nemesis.ts';
import { isCommitted, type History } from './history.ts';
import { amount, judged, together, type Result, type Scenario } from './scenario.ts';

/** The shortest interval with the time for DNS that the default interval gives: 5 s, in which a name is asked four times. */
const everyMs = 20_000;
const timeoutMs = 10_000;
/** The slots of a day at the default interval of five minutes. */
const slotsOfADay = 288;
const loss = 0.1;

/** What goes on around the service: Redis is restarted, and the resolver, each about every half minute. */
async function restarts(
  { redis, during }: Bed,
  { between }: Dice,
  untilMs: number,
  resolver: { up: boolean },
): Promise<number> {
  let count = 0;
  const rest = (ms: number): Promise<unknown> => pause(Math.max(0, Math.min(ms, untilMs - performance.now())));
  const redisRestarts = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      await during('Redis restarted', redis, async () => {
        await redis.kill();
        await pause(between(0, 1_500));
        await redis.start();
      });
      count += 1;
      await rest(between(15_000, 45_000));
    }
  };
  const resolverRestarts = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      await rest(between(10_000, 40_000));
      if (performance.now() >= untilMs) break;
      resolver.up = false;
      await pause(between(1_000, 4_000));
      resolver.up = true;
      count += 1;
    }
  };
  await Promise.all([redisRestarts(), resolverRestarts()]);
  return count;
}

/** What single examinations said other than healthy; hysteresis must keep it from being told. */
function falseFindings({ entries }: History): Result {
  const states = entries.filter(isCommitted).map(({ recent }) => recent.at(-1)?.state ?? 'unknown');
  const others = states.filter((state) => state !== 'healthy');
  const counted = [...new Set(others)].map(
    (state) => `${state} ${String(others.filter((each) => each === state).length)}`,
  );
  return { figures: { 'single examinations that say otherwise': counted.join(', ') || 'none' }, wrong: [] };
}

export const day: Scenario = {
  name: 'day',
  says: 'A day of 288 slots, compressed: a tenth of the datagrams to and from the resolver is lost, resolver and Redis are restarted about every half minute; partners work all the time, and nothing else is told of them.',
  run: async (size, seed) => {
    const resolver = { up: true };
    const relays: LossyRelay[] = [];
    const throughRelay = async (port: number): Promise<number> => {
      const relay = await startLossyRelay(port, () => (resolver.up ? loss : 1), seed);
      relays.push(relay);
      return relay.port;
    };
    try {
      return await inBed(
        {
          partners: 20,
          everyMs,
          timeoutMs,
          settleMs: 1_000 + timeoutMs,
          roles: { scheduler: 2, worker: 2 },
          resolver: throughRelay,
        },
        async (bed) => {
          bed.watch();
          const slots = amount(size, 2, slotsOfADay);
          const count = await restarts(bed, dice(seed), performance.now() + slots * everyMs, resolver);
          const history = await bed.end();
          const dropped = relays.reduce((sum, relay) => sum + relay.dropped(), 0);
          const figures = { slots, restarts: count, 'datagrams lost': dropped };
          return together({ figures, wrong: [] }, falseFindings(history), judged(history));
        },
      );
    } finally {
      await Promise.all(relays.map((relay) => relay.stop()));
    }
  },
};
