import { existsSync, readFileSync } from 'node:fs';
import type { Figure } from './figures.ts';
import { alone, everyMs as measuredEveryMs, shared } from './growth.ts';
import { reportFile } from './report.ts';
import type { Section } from './section.ts';

/** What was measured: processor time of one examination, milliseconds. */
export interface Costs {
  readonly partnerMs: number;
  readonly edgeMs: number;
  /** Of them what the workers have, and what the one Redis has. */
  readonly workerPartnerMs: number;
  readonly workerEdgeMs: number;
  readonly redisPartnerMs: number;
  readonly redisEdgeMs: number;
  /** Of the processes that are there whoever is watched, cores. */
  readonly restCores: number;
  /** What Redis keeps of a partner and its share of edges, MB. */
  readonly redisMegabytes: number;
}

/** Who is watched, from how many places. */
export interface Fleet {
  readonly partners: number;
  readonly sharers: number;
  readonly everyMs: number;
  readonly vantages: number;
}

/** A worker with more than this to do no longer reports the times of others, but its own. */
const workerLoad = 0.5;
/** Redis carries out one command after the other; what bursts it has must fit, too. */
const redisLoad = 0.5;

export function needed(fleet: Fleet, costs: Costs) {
  const { partners, sharers, everyMs, vantages } = fleet;
  const cores = (partnerMs: number, edgeMs: number): number =>
    (vantages * partners * (partnerMs + edgeMs / sharers)) / everyMs;
  const [all, workers, redis] = [
    costs.restCores + cores(costs.partnerMs, costs.edgeMs),
    cores(costs.workerPartnerMs, costs.workerEdgeMs),
    cores(costs.redisPartnerMs, costs.redisEdgeMs),
  ];
  return {
    cores: all,
    workers: vantages * Math.max(1, Math.ceil(workers / vantages / workerLoad)),
    redis,
    fits: redis <= redisLoad,
    redisMegabytes: costs.redisMegabytes * partners * vantages,
  };
}

/** The rows of a section of a report by their first cell. */
export function rowsIn(report: string, section: string): ReadonlyMap<string, string> {
  const part = report.split(/^(?=## )/m).find((each) => each.startsWith(`## ${section}\n`)) ?? '';
  return new Map(
    Array.from(part.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|/gm), ([, what = '', value = '']) => [what, value] as const),
  );
}

/** Null: the sections it rests on were not measured yet. */
export function costsIn(report: string): Costs | null {
  const [growth, large] = [rowsIn(report, 'growth'), rowsIn(report, 'large')];
  const of = (what: string, rows = growth): number => parseFloat(rows.get(what) ?? '');
  const more = (what: string): readonly [number, number] => {
    const partner = of(`${shared}: one more${what}`);
    return [partner, of(`${alone}: one more${what}`) - partner];
  };
  const [[partnerMs, edgeMs], [workerPartnerMs, workerEdgeMs], [redisPartnerMs, redisEdgeMs]] = [
    more(''),
    more(', of it the worker'),
    more(', of it redis'),
  ];
  const restCores = Math.max(0, of(`${alone}: what does not grow, an interval`) / measuredEveryMs);
  const redisMegabytes = of('most memory, redis (used_memory)', large) / 10_000;
  const costs = {
    ...{ partnerMs, edgeMs, workerPartnerMs, workerEdgeMs, redisPartnerMs, redisEdgeMs },
    ...{ restCores, redisMegabytes },
  };
  return Object.values(costs).every(Number.isFinite) ? costs : null;
}

const fleets: readonly Fleet[] = [1_000, 10_000, 100_000].flatMap((partners) =>
  [1, 3].flatMap((vantages) => [60_000, 300_000].map((everyMs) => ({ partners, sharers: 10, everyMs, vantages }))),
);

function figuresOf(costs: Costs): readonly Figure[] {
  const perCore = 60_000 / (costs.partnerMs + costs.edgeMs / 10);
  return [
    { what: 'partners that one core carries every minute, ten to an edge', value: perCore.toFixed(0) },
    { what: '- with an edge each', value: (60_000 / (costs.partnerMs + costs.edgeMs)).toFixed(0) },
    ...fleets.map((fleet) => {
      const { cores, workers, redis, fits, redisMegabytes } = needed(fleet, costs);
      const { partners, vantages, everyMs } = fleet;
      return {
        what: `${String(partners)} partners, ${String(vantages)} vantage${vantages === 1 ? '' : 's'}, every ${String(everyMs / 60_000)} min`,
        value: `${cores.toFixed(2)} cores; ${String(workers)} workers; Redis ${(100 * redis).toFixed(0)} % of a core${fits ? '' : ' (**too much for one**)'}, ${redisMegabytes.toFixed(0)} MB`,
      };
    }),
  ];
}

export const capacitySection: Section = {
  name: 'capacity',
  says: `Computed, not measured: from the slopes of \`growth\` and the memory of \`large\` in this report. Assumed: ten partners to an edge; cost goes on to grow in a line; each vantage examines everything and writes to the one Redis; a worker is given work for half of a core at most, so that what it reports is the partner's time; Redis is one thread and is full at half of a core. Edges far away cost what those on loopback cost.`,
  long: true,
  run() {
    const costs = existsSync(reportFile) ? costsIn(readFileSync(reportFile, 'utf8')) : null;
    const missing = 'type `npm run bench -- --only growth,large,capacity`';
    return Promise.resolve(
      costs === null ? [{ what: 'not computed, it needs growth and large', value: missing }] : figuresOf(costs),
    );
  },
};
