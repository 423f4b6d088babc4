import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { QueueName } from '../queue/job.ts';
import { NotYet } from '../queue/put-back.ts';
import type { Store } from '../store/store.ts';

/** When so many workers died with one job, it is taken to be what kills them. */
export const mostDeaths = 5;

/** When so many died with a job it goes on alone: only what kills is to be left out, not who was under way beside it. */
export const deathsTogether = 2;

/** Then nobody touches it for so long, milliseconds; what is still deadly is found again after it. */
export const quarantineMs = 30 * 60_000;

/** How long a suspect rests before it is tried, at most, milliseconds. */
const apartMs = 2_000;

/**
 * Lets a job that workers died with rest for a random while, once in each process, so that it dies beside others no
 * more than by chance. Throws NotYet.
 */
export function apart(suspects: Set<string>, job: string, deaths: number): void {
  if (deaths < deathsTogether || suspects.delete(job)) return;
  suspects.add(job);
  throw new NotYet(Math.round((0.1 + 0.9 * Math.random()) * apartMs));
}

export interface PoisonPorts {
  readonly store: Pick<Store, 'quarantine'>;
  readonly own: Pick<OwnMetrics, 'jobQuarantined'>;
  readonly log: Pick<Log, 'error'>;
}

/** Leaves a partner or an edge out, and says so: its job must not end every worker in turn, and it is our bug. */
export async function quarantined(
  { store, own, log }: PoisonPorts,
  queue: QueueName,
  id: string,
  nowMs: number,
): Promise<void> {
  const untilMs = nowMs + quarantineMs;
  await store.quarantine(id, untilMs);
  own.jobQuarantined(queue);
  const until = new Date(untilMs).toISOString();
  log.error(
    { queue, id, deaths: mostDeaths, until },
    'every worker that took this job died: it is left out for a while',
  );
}
