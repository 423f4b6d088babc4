import { setTimeout as pause } from 'node:timers/promises';
import { processorMs } from '../chaos/process-figures.ts';
import type { Tool } from '../lab/debian.ts';
import { startEdges, type BenchEdges, type KeyType } from './edges.ts';
import type { Compared, Measured } from './report.ts';
import { startOurs, startTheirs, type Side } from './sides.ts';

export interface BesideOptions {
  readonly edges: number;
  readonly everyMs: number;
  readonly rounds: number;
  readonly windowMs: number;
  readonly tools: { readonly prometheus: Tool; readonly blackbox: Tool };
  /** Told of each round as it is over. */
  readonly round?: (name: string, measured: Measured) => void;
}

/** Processor time of each process for each answered OPTIONS, milliseconds, once two intervals have gone by. */
async function measure(world: BenchEdges, options: BesideOptions, start: () => Promise<Side>): Promise<Measured> {
  const { everyMs, windowMs } = options;
  const side = await start();
  try {
    await pause(2 * everyMs);
    const names = Object.keys(side.processes);
    const read = (): readonly number[] => Object.values(side.processes).map(processorMs);
    const [before, answered] = [read(), world.answered()];
    await pause(windowMs);
    const [after, probes] = [read(), world.answered() - answered];
    if (probes === 0) throw new Error(`${names.join(', ')}: no OPTIONS was answered within ${String(windowMs)} ms`);
    const parts = names.map((name, at) => [name, ((after[at] ?? 0) - (before[at] ?? 0)) / probes] as const);
    return { probes, perSecond: (probes * 1_000) / windowMs, parts: Object.fromEntries(parts) };
  } finally {
    await side.stop();
  }
}

/** Both sides on the same edges, in turn. */
export async function compare(keyType: KeyType, options: BesideOptions): Promise<Compared> {
  const { edges, everyMs, rounds, tools, round = () => undefined } = options;
  const world = await startEdges(edges, keyType);
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  try {
    for (let count = 0; count < rounds; count += 1) {
      const one = await measure(world, options, () => startOurs(world, everyMs, tools.prometheus));
      round('fedmon', one);
      const other = await measure(world, options, () => startTheirs(world, everyMs, tools));
      round('blackbox_exporter', other);
      ours.push(one);
      theirs.push(other);
    }
  } finally {
    await world.stop();
  }
  return { keyType, ours, theirs };
}
