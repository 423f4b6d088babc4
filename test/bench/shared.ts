import { atMost, type Figure } from './figures.ts';
import { startFedmon } from './fedmon.ts';
import { costFigures, inTurn, measure, ratio, total } from './paced.ts';
import { contendersOf, partnersPerSecond, withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';

const sharers = 8;
const many = { partners: 5_000, edges: 20, everyMs: 60_000, windowMs: 30_000 };

/** 5,000 partners on 20 edges: what all processes take of one core. */
async function share({ keyTypes, profile, say }: BenchOptions): Promise<readonly Figure[]> {
  const { partners, edges, everyMs, windowMs } = many;
  const [keyType = 'rsa-2048'] = keyTypes;
  return withWorld({ keyType, partners, edgesEach: 1, sharers: partners / edges }, async (world) => {
    const one = await measure(
      {
        name: 'fedmon',
        start: () => startFedmon(world, { everyMs, prometheus: null, profile }),
        units: async () => (await world.seen()).routes,
        warmMs: 2 * everyMs,
      },
      windowMs,
    );
    say(`${total(one).toFixed(2)} ms a partner`);
    const percent = (total(one) * one.units) / (windowMs / 100);
    const parts = Object.entries(one.parts).map(
      ([part, ms]) => `${part} ${((ms * one.units * 100) / windowMs).toFixed(1)} %`,
    );
    return [
      {
        what: `${String(partners)} partners on ${String(edges)} edges: looked up in half a minute`,
        value: String(one.units),
      },
      { what: '- by process', value: parts.join(', ') },
      atMost('- of one core, all processes together', percent, 5, ' %', 1),
    ];
  });
}

async function run(options: BenchOptions): Promise<readonly Figure[]> {
  const pace = partnersPerSecond(options);
  const [keyType = 'rsa-2048'] = options.keyTypes;
  const partners = Math.ceil((pace * options.everyMs) / 1_000 / sharers) * sharers;
  const figures = await withWorld({ keyType, partners, edgesEach: 2, sharers }, async (world) => {
    const all = await inTurn(contendersOf(world, options), options);
    return [
      ...costFigures(all, 'partner', pace),
      atMost('fedmon : blackbox_exporter and Prometheus', ratio(all, 'fedmon', 'blackbox_exporter'), 0.07),
    ];
  });
  return [...figures, ...(await share(options))];
}

export const sharedSection: Section = {
  name: 'shared',
  says: 'The same partners, eight behind the same two edges: fedmon examines an edge once for all of them, blackbox_exporter cannot know and makes its seven probes for each (RSA-2048). And 5,000 partners on 20 edges, every minute, without a Prometheus.',
  long: false,
  run,
};
