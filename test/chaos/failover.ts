import { setTimeout as pause } from 'node:timers/promises';
import { connections, inBed } from './kills.ts';
import { everyMs, within } from './redis-away.ts';
import { judged, together, type Result, type Scenario } from './scenario.ts';
import { startWatchedServers } from './sentinel-servers.ts';

/** The sentinels make up their minds, and every connection has to find the new master. */
const usedWithinMs = 30_000;

/** The master dies, or hangs with its connections open, and a replica takes over. */
function failOver(how: 'killed' | 'wedged'): Promise<Result> {
  const roles = { scheduler: 2, worker: 2 };
  const options = { partners: 20, everyMs, timeoutMs: 2_000, roles, redis: startWatchedServers, recoverMs: 20_000 };
  return inBed(options, async (bed) => {
    const { redis } = bed;
    bed.watch();
    await pause(2 * everyMs);
    const hitMs = Date.now();
    await bed.during(`master ${how}`, redis, async () => {
      if (how === 'killed') await redis.kill();
      else redis.signal('SIGSTOP');
      await redis.start();
      // Until somebody found the new master nobody works: the partners see it first.
      const before = connections(bed);
      while (connections(bed) === before && Date.now() - hitMs < usedWithinMs) await pause(20);
    });
    const usedMs = Date.now() - hitMs;
    await pause(4 * everyMs);
    const history = await bed.end();
    return together(
      within(`${how}: from the fault to the next connection to a partner`, [usedMs], usedWithinMs),
      prefixed(how, judged(history)),
    );
  });
}

function prefixed(word: string, { figures, wrong }: Result): Result {
  return {
    figures: Object.fromEntries(Object.entries(figures).map(([what, figure]) => [`${word}: ${what}`, figure])),
    wrong: wrong.map((each) => `${word}: ${each}`),
  };
}

export const failover: Scenario = {
  name: 'failover',
  says: 'A master with a replica and three sentinels: the master is killed, in the long form also wedged. The service uses the next one within 30 s, and what the replica was told is a clean history.',
  async run(size) {
    const killed = await failOver('killed');
    return size === 'short' ? killed : together(killed, await failOver('wedged'));
  },
};
