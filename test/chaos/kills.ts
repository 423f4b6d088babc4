import { startBed, type Bed } from './bed.ts';
import { storm, type Storm } from './nemesis.ts';
import { amount, judged, together, type Result, type Scenario } from './scenario.ts';

interface KillOptions {
  readonly faults: number;
  readonly seed: number;
  readonly schedulers: number;
  readonly workers: number;
  readonly deeds?: Storm['deeds'];
}

const everyMs = 10_000;

/** Runs a bed to its end, whatever happens. Where something was wrong the logs and the append-only file stay, for whoever looks for the cause. */
export async function inBed(
  options: Parameters<typeof startBed>[0],
  run: (bed: Bed) => Promise<Result>,
): Promise<Result> {
  const bed = await startBed(options);
  try {
    const result = await run(bed);
    if (result.wrong.length > 0) process.stderr.write(`What was written is left in ${bed.folder}.\n`);
    else bed.forget();
    return result;
  } catch (error) {
    await bed.stop();
    bed.forget();
    throw error;
  }
}

/** TCP connections that came to all partners so far. */
export function connections({ partners }: Bed): number {
  return partners.domains.reduce((sum, domain) => sum + partners.connections(domain), 0);
}

/** How many TCP connections came for each result: what was done twice cost one more. */
export function effort(bed: Bed, committed: number): Result {
  const all = connections(bed);
  return {
    figures: { 'connections to partners': all, 'connections a result': (all / committed).toFixed(2) },
    wrong: [],
  };
}

function stormy({ faults, seed, schedulers, workers, deeds }: KillOptions): Promise<Result> {
  const roles = { scheduler: schedulers, worker: workers };
  return inBed({ partners: 40, everyMs, timeoutMs: 2_000, roles }, async (bed) => {
    bed.watch();
    const done = await storm(bed, {
      faults,
      seed,
      pauseMs: [400, 1_500],
      stopMs: [300, 6_000],
      stopRedisMs: [200, 3_000],
      awayMs: [0, 1_500],
      ...(deeds === undefined ? {} : { deeds }),
    });
    const history = await bed.end();
    const committed = history.entries.filter(({ is }) => is === 'committed').length;
    const deedsDone = Object.fromEntries(Object.entries(done).filter(([, count]) => count > 0));
    return together({ figures: deedsDone, wrong: [] }, judged(history), effort(bed, committed));
  });
}

export const kills: Scenario = {
  name: 'kills',
  says:
    'Two schedulers, two workers and Redis (append-only file, everysec) are killed with SIGKILL or stopped and continued at random, about once a second; ' +
    '40 partners, an interval of 10 s.',
  run: (size, seed) => stormy({ faults: amount(size, 60, 1_000), seed, schedulers: 2, workers: 2 }),
};

export const stops: Scenario = {
  name: 'stops',
  says: 'Two schedulers and four workers are stopped for up to 6 s and continued at random: twice the time after which a job is given to another.',
  run: (size, seed) =>
    stormy({
      faults: amount(size, 25, 400),
      seed,
      schedulers: 2,
      workers: 4,
      deeds: ['stop scheduler', 'stop worker'],
    }),
};
