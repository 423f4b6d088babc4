import { atMost, median, type Figure } from './figures.ts';
import { startFedmon, type Fedmon } from './fedmon.ts';
import { costFigures, inTurn, ratio, type Contender } from './paced.ts';
import { withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';
import { sumOf } from './watch.ts';

const counts = [1, 2, 4] as const;
/** What more workers may cost, as a multiple of one; each of them also waits for jobs. */
const mostTimes = 1.25;

const nameOf = (workers: number): string => `${String(workers)} worker${workers === 1 ? '' : 's'}`;

/** The least and the most that one of the workers did, in percent of an even share. */
async function shares(fedmon: Fedmon): Promise<readonly number[]> {
  const own = fedmon.members.filter(({ role }) => role === 'worker');
  const done = await Promise.all(own.map(async ({ name }) => sumOf(await fedmon.metrics(name), 'fedmon_jobs_total')));
  const even = done.reduce((sum, each) => sum + each, 0) / done.length;
  return done.map((each) => (100 * each) / even);
}

async function run(options: BenchOptions): Promise<readonly Figure[]> {
  const { everyMs, perSecond, profile } = options;
  const [keyType = 'rsa-2048'] = options.keyTypes;
  const partners = Math.round((perSecond * everyMs) / 1_000);
  return withWorld({ keyType, partners, edgesEach: 1, sharers: 1 }, async (world) => {
    const even = new Map<string, number[]>();
    const contenders = counts.map((workers): Contender => {
      const name = nameOf(workers);
      return {
        name,
        async start() {
          const fedmon = await startFedmon(world, { everyMs, prometheus: null, profile, workers });
          const stop = async (): Promise<void> => {
            const all = await shares(fedmon);
            even.set(name, [...(even.get(name) ?? []), ...all]);
            await fedmon.stop();
          };
          return { processes: fedmon.processes, stop };
        },
        units: async () => (await world.seen()).options,
        warmMs: 2 * everyMs,
      };
    });
    const all = await inTurn(contenders, options);
    return [
      ...costFigures(all, 'probe', perSecond),
      ...counts
        .slice(1)
        .map((workers) => atMost(`${nameOf(workers)} : 1 worker`, ratio(all, nameOf(workers), nameOf(1)), mostTimes)),
      ...counts.slice(1).map((workers) => {
        const own = even.get(nameOf(workers)) ?? [];
        return {
          what: `jobs of one of ${nameOf(workers)}, of an even share`,
          value: `${median(own).toFixed(0)} % (${Math.min(...own).toFixed(0)} to ${Math.max(...own).toFixed(0)})`,
        };
      }),
    ];
  });
}

export const outSection: Section = {
  name: 'out',
  says: 'The same edges at the same pace, shared by one, two and four workers: what a probe costs then, and how evenly they share.',
  long: true,
  run,
};
