// What examining one edge costs a worker: TCP, a full TLS 1.3 handshake with a client certificate, OPTIONS, reading and
// judging what came, in turn with a bare client of the same Node. What serves the edges runs in processes of its own and is not counted.
//   node src/bin/ready.mjs test/bench/examination.ts
//     --rounds N     of each way, in turn; 11
//     --each N       looks a round; 400
//     --at-once N    looks at the same time; 4
//     --edges N      each with a certificate of its own; 40
//     --keys TYPE    rsa-2048 or p-256; without it both, one after the other
//     --only WAY     bare, examined or judged: for a profile
// A profile of one way (Chromium and VS Code show it):
//   node --cpu-prof --cpu-prof-dir=/tmp/prof test/bench/examination.ts --only examined --keys p-256
import { parseArgs } from 'node:util';
import type { Edge } from '../../src/federation/edge.ts';
import { median, spread } from './figures.ts';
import { waysTo, type Way } from './ways.ts';
import { keyTypes, startWorld, type KeyType } from './world.ts';

export const wayNames = ['bare', 'examined', 'judged'] as const;
export type WayName = (typeof wayNames)[number];

export interface ExaminationPlan {
  readonly rounds: number;
  readonly each: number;
  readonly atOnce: number;
  readonly edges: number;
  readonly ways: readonly WayName[];
}

/** Processor time of this process a look, milliseconds, round by round. */
export type Costs = Readonly<Record<WayName, readonly number[]>>;

/** Looks at the edges one after the other, `atOnce` at the same time. */
async function look(way: Way, edges: readonly Edge[], count: number, atOnce: number): Promise<void> {
  let next = 0;
  const follow = async (): Promise<void> => {
    while (next < count) {
      const edge = edges[next++ % edges.length];
      if (edge !== undefined) await way(edge);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, follow));
}

export async function compareExamination(keyType: KeyType, plan: ExaminationPlan): Promise<Costs> {
  const { rounds, each, atOnce } = plan;
  const world = await startWorld({ keyType, partners: plan.edges, edgesEach: 1, sharers: 1 });
  const edges = world.partners.flatMap((partner) =>
    partner.edges.map((place): Edge => ({ ...place, transport: 'tls', serverName: place.host, options: true })),
  );
  const ways = waysTo(world);
  const costs: Record<WayName, number[]> = { bare: [], examined: [], judged: [] };
  try {
    for (const name of plan.ways) await look(ways[name], edges, each, atOnce);
    for (let round = 0; round < rounds; round += 1) {
      for (const name of plan.ways) {
        const before = process.cpuUsage();
        await look(ways[name], edges, each, atOnce);
        const { user, system } = process.cpuUsage(before);
        costs[name].push((user + system) / 1_000 / each);
      }
    }
  } finally {
    ways.stop();
    await world.stop();
  }
  return costs;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { rounds: text, each: text, 'at-once': text, edges: text, keys: text, only: text },
  });
  const number = (value: string | undefined, usual: number): number => Number(value ?? usual);
  const plan = {
    rounds: number(values.rounds, 11),
    each: number(values.each, 400),
    atOnce: number(values['at-once'], 4),
    edges: number(values.edges, 40),
    ways: wayNames.filter((each) => values.only === undefined || values.only === each),
  };
  for (const keyType of keyTypes) {
    if (values.keys !== undefined && values.keys !== keyType) continue;
    const costs = await compareExamination(keyType, plan);
    const bare = median(costs.bare);
    for (const name of plan.ways) {
      const ratio = bare > 0 && name !== 'bare' ? `, ${(median(costs[name]) / bare).toFixed(2)} of bare` : '';
      console.log(`${keyType} ${name}: ${spread(costs[name], ' ms', 3)}${ratio}`);
    }
  }
}

if (process.argv[1] === import.meta.filename) await main();
