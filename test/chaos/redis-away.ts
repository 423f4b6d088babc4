import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { isCommitted, type History } from './history.ts';
import { inBed } from './kills.ts';
import { dice } from './nemesis.ts';
import { amount, judged, together, unless, type Result, type Scenario, type Size } from './scenario.ts';

export const everyMs = 5_000;
const roles = { scheduler: 2, worker: 2 };
export const bedOptions = { partners: 20, everyMs, timeoutMs: 2_000, roles };

/** A tick comes each second, and an examination takes a little. */
export const tickMs = 2_000;
const resumeMs = 5_000;

/** How long after this instant the first result was committed; Infinity: none was. */
function firstAfter({ entries }: History, ms: number): number {
  const first = entries.filter(isCommitted).find(({ atMs }) => atMs >= ms);
  return first === undefined ? Infinity : first.atMs - ms;
}

/** How long after this instant every partner had a result again. */
export function allAfter({ entries, partners }: History, ms: number): number {
  const since = entries.filter(isCommitted).filter(({ atMs }) => atMs >= ms);
  const firsts = partners.map(({ partner }) => since.find((each) => each.partner === partner)?.atMs ?? Infinity);
  return Math.max(...firsts) - ms;
}

/** What each of these instants was followed by, at worst, and whether that is within the bound. */
export function within(what: string, tookMs: readonly number[], boundMs: number): Result {
  const worstMs = Math.max(...tookMs);
  const says = `${what}: ${String(worstMs)} ms, at most ${String(boundMs)} are allowed`;
  return {
    figures: { [`${what}, worst of ${String(tookMs.length)}`]: `${String(Math.round(worstMs))} ms` },
    wrong: unless(worstMs <= boundMs, says),
  };
}

/** Redis is away for so long: killed, or hung with its connections open. */
async function away({ redis, during }: Bed, how: 'killed' | 'hung', ms: number): Promise<number> {
  await during(`Redis ${how}`, redis, async () => {
    if (how === 'killed') {
      await redis.kill();
      await pause(ms);
      await redis.start();
    } else {
      redis.signal('SIGSTOP');
      await pause(ms);
      redis.signal('SIGCONT');
    }
  });
  return Date.now();
}

/** From a second to two minutes, the short ones more often. */
function outageTimes(size: Size, seed: number): readonly number[] {
  if (size === 'short') return [1_000, 3_000, 10_000];
  const { between } = dice(seed);
  return Array.from({ length: amount(size, 3, 50) }, () => 1_000 * 120 ** between(0, 1));
}

export const outages: Scenario = {
  name: 'outages',
  says: 'Redis is away for a second to two minutes, killed and hung in turn, again and again: work goes on within 5 s of its return, each partner has a result within an interval and 5 s.',
  run: (size, seed) =>
    inBed(bedOptions, async (bed) => {
      bed.watch();
      const backMs: number[] = [];
      for (const [n, ms] of outageTimes(size, seed).entries()) {
        backMs.push(await away(bed, n % 2 === 0 ? 'killed' : 'hung', ms));
        await pause(everyMs + resumeMs);
      }
      const history = await bed.end();
      return together(
        within(
          'first result after the return of Redis',
          backMs.map((ms) => firstAfter(history, ms)),
          resumeMs,
        ),
        within(
          'every partner has one again',
          backMs.map((ms) => allAfter(history, ms)),
          everyMs + resumeMs,
        ),
        judged(history),
      );
    }),
};

export const flushes: Scenario = {
  name: 'flushes',
  says: 'FLUSHALL at random instants: every partner has a result again within an interval and a tick, and nobody is told as broken.',
  run: (size, seed) =>
    inBed(bedOptions, async (bed) => {
      const { between } = dice(seed);
      bed.watch();
      const flushedMs: number[] = [];
      for (let count = 0; count < amount(size, 2, 50); count += 1) {
        await pause(between(everyMs, 2 * everyMs));
        await bed.during('FLUSHALL', bed.redis, () => bed.redis.ask((client) => client.flushall()));
        flushedMs.push(Date.now());
      }
      await pause(everyMs + tickMs);
      const history = await bed.end();
      const took = flushedMs.map((ms) => allAfter(history, ms));
      return together(within('every partner has a result again', took, everyMs + tickMs), judged(history));
    }),
};
