import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { inBed } from './kills.ts';
import { processorMs } from './process-figures.ts';
import { allAfter, bedOptions, everyMs, tickMs, within } from './redis-away.ts';
import { judged, together, unless, type Result, type Scenario } from './scenario.ts';

/** What may be said and used while nothing can be written. */
const mostLinesAMinute = 10;
const mostProcessorShare = 0.2;

/** How much every process says and works meanwhile. */
async function burden({ members }: Bed, meanwhile: () => Promise<void>): Promise<Result> {
  const before = members.map((member) => ({ lines: member.log().length, usedMs: processorMs(member.pid) }));
  const begunMs = performance.now();
  await meanwhile();
  const tookMs = performance.now() - begunMs;
  const each = members.map((member, n) => ({
    name: member.name,
    lines: member.log().length - (before[n]?.lines ?? 0),
    share: (processorMs(member.pid) - (before[n]?.usedMs ?? 0)) / tookMs,
  }));
  const mostLines = mostLinesAMinute * Math.ceil(tookMs / 60_000);
  const loudest = Math.max(...each.map(({ lines }) => lines));
  const { name: hot, share: busiest } = each.reduce((most, one) => (one.share > most.share ? one : most));
  return {
    figures: {
      'without memory': `${String(Math.round(tookMs / 1000))} s`,
      'log lines, most of one process': loudest,
      'processor, most of one process': `${(100 * busiest).toFixed(1)} %`,
    },
    wrong: [
      ...unless(loudest <= mostLines, `${String(loudest)} log lines, at most ${String(mostLines)} are allowed`),
      ...unless(busiest < mostProcessorShare, `${hot}: ${(100 * busiest).toFixed(1)} % of a processor: it runs hot`),
    ],
  };
}

/** A process that finds a Redis which drops keys must end with a sentence. */
async function refused({ redis, join }: Bed): Promise<Result> {
  await redis.ask((client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
  const member = await join('scheduler', 'refused');
  const ended = await Promise.race([member.ended, pause(15_000, null)]);
  await redis.ask((client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
  const said = member.log().some((line) => line.includes('maxmemory-policy allkeys-lru'));
  return {
    figures: { 'a Redis that drops keys': ended === null ? 'accepted' : `refused, exit ${String(ended.code)}` },
    wrong: [
      ...unless(ended !== null && ended.code !== 0, 'a Redis that drops keys was not refused'),
      ...unless(said, 'the refusal does not name the policy'),
    ],
  };
}

export const memory: Scenario = {
  name: 'memory',
  says: 'Redis may write nothing more (maxmemory, noeviction) for a while: few log lines, no hot loop, every partner has a result within an interval and a tick after. A Redis that drops keys is refused.',
  run: (size) =>
    inBed(bedOptions, async (bed) => {
      const { redis } = bed;
      bed.watch();
      await pause(everyMs);
      const full = async (): Promise<void> => {
        await redis.ask((client) => client.config('SET', 'maxmemory', '1'));
        await pause(size === 'short' ? 15_000 : 60_000);
        await redis.ask((client) => client.config('SET', 'maxmemory', '0'));
      };
      const load = await burden(bed, () => bed.during('no memory', redis, full));
      const liftedMs = Date.now();
      await pause(everyMs + tickMs);
      const refusal = await refused(bed);
      const history = await bed.end();
      const took = [allAfter(history, liftedMs)];
      return together(
        load,
        within('every partner has a result again', took, everyMs + tickMs),
        refusal,
        judged(history),
      );
    }),
};
