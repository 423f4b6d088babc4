import { startBare } from './bare.ts';
import { startBlackbox } from './blackbox.ts';
import { atMost, type Figure } from './figures.ts';
import { startFedmon } from './fedmon.ts';
import { costFigures, inTurn, ratio, nodeWarmMs, type Contender } from './paced.ts';
import type { BenchOptions, Section } from './section.ts';
import { startWorld, type Plan, type World } from './world.ts';

/** DNS questions and edges of a partner with two edges: what the other side needs a probe for each. */
export const probesEach = 7;

/** Partners a second at which the other side makes as many probes as are asked for. */
export const partnersPerSecond = ({ perSecond, everyMs }: BenchOptions): number =>
  (Math.round((perSecond * everyMs) / 1_000 / probesEach) * 1_000) / everyMs;

/** fedmon and blackbox_exporter on partners with two edges each, counted by partner. */
export function contendersOf(world: World, { everyMs, tools, profile }: BenchOptions): readonly Contender[] {
  const units = async (): Promise<number> => (await world.seen()).routes;
  const service = { everyMs, prometheus: tools.prometheus, profile };
  return [
    { name: 'fedmon', start: () => startFedmon(world, service), units, warmMs: nodeWarmMs },
    { name: 'blackbox_exporter', start: () => startBlackbox(world, everyMs, tools, true), units, warmMs: 2 * everyMs },
  ];
}

export async function withWorld<T>(plan: Plan, work: (world: World) => Promise<T>): Promise<T> {
  const world = await startWorld(plan);
  try {
    return await work(world);
  } finally {
    await world.stop();
  }
}

async function run(options: BenchOptions): Promise<readonly Figure[]> {
  const pace = partnersPerSecond(options);
  const [keyType = 'rsa-2048'] = options.keyTypes;
  const plan: Plan = { keyType, partners: (pace * options.everyMs) / 1_000, edgesEach: 2, sharers: 1 };
  return withWorld(plan, async (world) => {
    const bare: Contender = {
      name: 'bare Node',
      start: () => startBare(world, 2 * pace),
      units: async () => (await world.seen()).options / 2,
      warmMs: nodeWarmMs,
    };
    const all = await inTurn([...contendersOf(world, options), bare], options);
    return [
      ...costFigures(all, 'partner', pace),
      atMost('fedmon : blackbox_exporter and Prometheus', ratio(all, 'fedmon', 'blackbox_exporter'), 0.3),
      atMost('fedmon : bare Node', ratio(all, 'fedmon', 'bare Node'), 1.1),
    ];
  });
}

export const partnerSection: Section = {
  name: 'partner',
  says: 'A partner with two edges of its own: one SRV, two A and two AAAA questions, two handshakes, two OPTIONS (RSA-2048). blackbox_exporter needs seven probes for it, each told by hand where to go. The bare client makes the two handshakes and requests in the same Node with one secure context, at the same pace, and nothing else.',
  long: false,
  run,
};
