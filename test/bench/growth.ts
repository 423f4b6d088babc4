import { startFedmon } from './fedmon.ts';
import { atMost, type Figure } from './figures.ts';
import { measure, total } from './paced.ts';
import { withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';
import type { Plan } from './world.ts';

const sizes = [1_000, 2_000, 5_000, 10_000, 20_000] as const;
export const everyMs = 120_000;
const fixedEdges = 200;
/** What rows of both halves begin with. */
export const shared = `partners on ${String(fixedEdges)} edges`;
export const alone = 'partners with an edge each';
/** The cost of one more among the many, as a multiple of one among the few. */
const mostTimes = 1.2;

interface Point {
  readonly size: number;
  /** Processor time of all processes in one interval, milliseconds; and what Redis has of it, and the worker. */
  readonly costMs: number;
  readonly redisMs: number;
  readonly workerMs: number;
}

/** The slope and the height at 0 of the line that lies closest to the points. */
export function lineThrough(points: readonly Pick<Point, 'size' | 'costMs'>[]): {
  readonly slopeMs: number;
  readonly baseMs: number;
} {
  const mean = (of: (point: Pick<Point, 'size' | 'costMs'>) => number): number =>
    points.reduce((sum, each) => sum + of(each), 0) / points.length;
  const [size, cost] = [mean((each) => each.size), mean((each) => each.costMs)];
  const slopeMs = mean((each) => (each.size - size) * (each.costMs - cost)) / mean((each) => (each.size - size) ** 2);
  return { slopeMs, baseMs: cost - slopeMs * size };
}

async function cost(plan: Plan, size: number, { profile, say }: BenchOptions): Promise<Point> {
  return withWorld(plan, async (world) => {
    const one = await measure(
      {
        name: 'fedmon',
        start: () => startFedmon(world, { everyMs, prometheus: null, profile }),
        units: async () => (await world.seen()).routes,
        warmMs: everyMs,
      },
      everyMs,
    );
    const costMs = total(one) * one.units;
    const parts = Object.entries(one.parts).map(([part, ms]) => `${part} ${((ms * one.units) / 1_000).toFixed(1)} s`);
    say(
      `${String(plan.partners)} partners, ${String(plan.partners / plan.sharers)} edges: ${(costMs / 1_000).toFixed(1)} s (${parts.join(', ')})`,
    );
    const ofPart = (part: string): number => (one.parts[part] ?? 0) * one.units;
    return { size, costMs, redisMs: ofPart('redis'), workerMs: ofPart('worker') };
  });
}

function figuresOf(what: string, points: readonly Point[]): readonly Figure[] {
  const { slopeMs, baseMs } = lineThrough(points);
  const of = (part: 'redisMs' | 'workerMs'): number =>
    lineThrough(points.map((each) => ({ size: each.size, costMs: each[part] }))).slopeMs;
  const [few, ...others] = points;
  const [before, many] = others.slice(-2);
  const [, third] = others;
  const between = (a?: Point, b?: Point): number =>
    ((b?.costMs ?? 0) - (a?.costMs ?? 0)) / ((b?.size ?? 0) - (a?.size ?? 0));
  return [
    ...points.map(({ size, costMs }) => ({
      what: `${String(size)} ${what}: an interval`,
      value: `${(costMs / 1_000).toFixed(1)} s`,
    })),
    // These rows are read again by `capacity.ts`.
    { what: `${what}: one more`, value: `${slopeMs.toFixed(3)} ms` },
    { what: `${what}: one more, of it the worker`, value: `${of('workerMs').toFixed(3)} ms` },
    { what: `${what}: one more, of it redis`, value: `${of('redisMs').toFixed(3)} ms` },
    { what: `${what}: what does not grow, an interval`, value: `${baseMs.toFixed(0)} ms` },
    atMost(
      `${what}: one more at the end, as a multiple of one at the start`,
      between(before, many) / between(few, third),
      mostTimes,
    ),
  ];
}

async function run(options: BenchOptions): Promise<readonly Figure[]> {
  const [keyType = 'rsa-2048'] = options.keyTypes;
  const figures: Figure[] = [];
  const partners: Point[] = [];
  for (const size of sizes)
    partners.push(await cost({ keyType, partners: size, edgesEach: 1, sharers: size / fixedEdges }, size, options));
  figures.push(...figuresOf(shared, partners));
  const edges: Point[] = [];
  // Of a machine that cannot do them all in an interval nothing is learned: `--pace` says how many it can.
  const doable = sizes.filter((size) => size <= (options.perSecond * everyMs) / 1_000);
  for (const size of doable)
    edges.push(await cost({ keyType, partners: size, edgesEach: 1, sharers: 1 }, size, options));
  const leftOut = sizes.filter((size) => !doable.includes(size));
  return [
    ...figures,
    ...figuresOf(alone, edges),
    ...leftOut.map((size) => ({ what: `${String(size)} ${alone}`, value: 'left out: more than `--pace` asks for' })),
  ];
}

export const growthSection: Section = {
  name: 'growth',
  says: `Processor time of all processes in one interval of ${String(everyMs / 1_000)} s against the number of partners, on ${String(fixedEdges)} edges, and against the number of edges, one for each partner. One worker, no Prometheus.`,
  long: true,
  run,
};
