import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { inBed } from './kills.ts';
import type { Member } from './member.ts';
import { dice } from './nemesis.ts';
import { amount, judged, together, unless, type Result, type Scenario } from './scenario.ts';

const everyMs = 10_000;
const timeoutMs = 2_000;
/** What is promised: the longest budget of a partner, and this. */
const graceMs = 5_000;

interface End {
  readonly name: string;
  readonly redis: 'up' | 'dead';
  readonly code: number | null;
  readonly tookMs: number;
}

/** A process is asked to end and started again, as in a rolling update. */
async function roll(member: Member): Promise<End> {
  const { code, tookMs } = await member.renew();
  await member.ready();
  return { name: member.name, redis: 'up', code, tookMs };
}

/** The same while Redis is dead; it comes back once the process has ended. */
async function rollWithoutRedis({ redis, during }: Bed, member: Member): Promise<End> {
  return during('Redis dead, and a process asked to end', redis, async () => {
    await redis.kill();
    const { code, tookMs } = await member.renew();
    await redis.start();
    await member.ready();
    return { name: member.name, redis: 'dead', code, tookMs };
  });
}

function summary(ends: readonly End[]): Result {
  const boundMs = timeoutMs + graceMs;
  const slowest = (redis: End['redis']): string =>
    `${String(Math.round(Math.max(...ends.filter((end) => end.redis === redis).map(({ tookMs }) => tookMs))))} ms`;
  const bad = ends.filter(({ code, tookMs }) => code !== 0 || tookMs > boundMs);
  return {
    figures: {
      'processes ended': ends.length,
      'workers among them': ends.filter(({ name }) => name.startsWith('worker')).length,
      'slowest end': slowest('up'),
      'slowest end with Redis dead': slowest('dead'),
    },
    wrong: bad.flatMap(({ name, redis, code, tookMs }) =>
      unless(false, `${name}, Redis ${redis}: exit ${String(code)} after ${String(Math.round(tookMs))} ms`),
    ),
  };
}

export const ends: Scenario = {
  name: 'ends',
  says: 'Processes of every role are asked to end by SIGTERM and started again, one after another, some while Redis is dead: exit 0 within the longest budget and 5 s, and a rolling update loses no slot.',
  run: (size, seed) =>
    inBed(
      {
        partners: 40,
        everyMs,
        timeoutMs,
        settleMs: 1_000 + timeoutMs,
        roles: { scheduler: 2, worker: 2, exporter: 1 },
      },
      async (bed) => {
        const { pick, between } = dice(seed);
        // With these an examination takes as long as it may: it is under way when the end is asked for.
        const recover = bed.partners.domains.slice(0, 12).map((domain) => bed.fail(domain, 'says_nothing'));
        bed.watch();
        const all: End[] = [];
        for (let count = 0; count < amount(size, 10, 100); count += 1) {
          const member = pick(bed.members);
          all.push(count % 5 === 4 ? await rollWithoutRedis(bed, member) : await roll(member));
          await pause(between(0, 1_000));
        }
        const history = await bed.end(() => recover.forEach((end) => end()));
        return together(summary(all), judged(history));
      },
    ),
};
