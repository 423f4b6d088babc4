import { setTimeout as pause } from 'node:timers/promises';
import { cpus } from 'node:os';
import type { Figure } from './figures.ts';
import { healthyOf, startFedmon, statesOf } from './fedmon.ts';
import { withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';
import { loopsOf, watched } from './watch.ts';

const partners = 10_000;
const edges = 1_000;
const everyMs = 60_000;
/** Two rounds: in the first all is new. */
const warmMs = 2 * everyMs;

async function run({ keyTypes, minutes, tools, profile, say }: BenchOptions): Promise<readonly Figure[]> {
  const [keyType = 'rsa-2048'] = keyTypes;
  return withWorld({ keyType, partners, edgesEach: 1, sharers: partners / edges }, async (world) => {
    const { folder } = world;
    const fedmon = await startFedmon(world, { everyMs, prometheus: tools.prometheus, profile, env: loopsOf(folder) });
    try {
      await pause(warmMs);
      const before = await world.seen();
      say(`warm: ${String(before.routes)} routes were looked up, ${String(before.options)} edges answered`);
      const figures = await watched(fedmon, folder, minutes * 60_000);
      const after = await world.seen();
      const [routes, options] = [after.routes - before.routes, after.options - before.options];
      return [
        { what: 'cores of the machine', value: String(cpus().length) },
        {
          what: 'watched; routes looked up, edges answered, a minute',
          value: `${String(minutes)} minutes; ${(routes / minutes).toFixed(0)}, ${(options / minutes).toFixed(0)}`,
          wanted: `${String(partners)}, ${String(edges)}`,
          held: routes / minutes >= 0.99 * partners && options / minutes >= 0.99 * edges,
        },
        {
          what: 'states and causes at the end',
          value: await statesOf(fedmon),
          wanted: `healthy ${String(partners)}`,
          held: (await healthyOf(fedmon)) === partners,
        },
        ...figures,
      ];
    } finally {
      await fedmon.stop();
    }
  });
}

export const largeSection: Section = {
  name: 'large',
  says: '10,000 partners on 1,000 edges, every minute, on the cores of one machine that also has the partners, a Prometheus and whoever measures: how late, how long each event loop is held up (a timer of 10 ms in each process), what it takes, and whether it grows. Two minutes after the start, in which all is new. Redis grows until each ledger of an edge has its 32 entries, half an hour after the start.',
  long: true,
  run,
};
