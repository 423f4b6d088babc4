import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '../chaos/process-figures.ts';
import { atMost, quantile, type Figure } from './figures.ts';
import { healthyOf, startFedmon, type Fedmon } from './fedmon.ts';
import { withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';
import { sumOf, workersSay } from './watch.ts';

const healthy = 500;
const everyMs = 60_000;
const timeoutMs = 30_000;
/** A handshake that is not answered is given up after this; so many edges then hang at any moment. */
const givenUpMs = 10_000;
const atOnce = 1_000;
const silent = (atOnce * everyMs) / givenUpMs;
/** A worker lets 32 begin each second that hang. */
const workers = 5;
/** Of those that hang, planned before the others, so that memory is compared of processes that do the same work. */
const firstShare = 0.1;
const lookEveryMs = 1_000;

interface Held {
  readonly inFlight: number;
  readonly bytes: number;
}

/** Most connections that hang at once, and the memory of the workers then, looked at for so long. */
async function mostHeld(fedmon: Fedmon, held: () => Promise<number>, forMs: number): Promise<Held> {
  const own = fedmon.members.filter(({ role }) => role === 'worker');
  let most: Held = { inFlight: 0, bytes: 0 };
  const endMs = Date.now() + forMs;
  while (Date.now() < endMs) {
    await pause(lookEveryMs);
    const inFlight = await held();
    const bytes = own.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
    if (inFlight > most.inFlight) most = { inFlight, bytes };
  }
  return most;
}

async function run({ keyTypes, profile, say }: BenchOptions): Promise<readonly Figure[]> {
  const [keyType = 'rsa-2048'] = keyTypes;
  const plan = { keyType, partners: healthy + silent, edgesEach: 1, sharers: 1, silent } as const;
  return withWorld(plan, async (world) => {
    const planned = healthy + silent * firstShare;
    const fedmon = await startFedmon(world, { everyMs, timeoutMs, prometheus: null, profile, workers, planned });
    const held = async (): Promise<number> => (await world.seen()).held;
    try {
      await pause(everyMs);
      const few = await mostHeld(fedmon, held, everyMs);
      say(`${String(few.inFlight)} at once: ${(few.bytes / 2 ** 20).toFixed(0)} MB`);
      fedmon.narrow(healthy + silent);
      await pause(givenUpMs);
      const before = await workersSay(fedmon);
      const many = await mostHeld(fedmon, held, 2 * everyMs);
      say(`${String(many.inFlight)} at once: ${(many.bytes / 2 ** 20).toFixed(0)} MB`);
      const after = await workersSay(fedmon);
      const late = sumOf(after, 'fedmon_jobs_skipped_late_total') - sumOf(before, 'fedmon_jobs_skipped_late_total');
      const each = (many.bytes - few.bytes) / (many.inFlight - few.inFlight);
      return [
        {
          what: 'connections that hang at once, first and then',
          value: `${String(few.inFlight)}, ${String(many.inFlight)}`,
        },
        {
          what: 'memory of the workers, first and then',
          value: `${(few.bytes / 2 ** 20).toFixed(0)}, ${(many.bytes / 2 ** 20).toFixed(0)} MB`,
        },
        atMost('- for each that hangs', each / 1_000, 100, ' kB', 0),
        atMost('from slot to start, all edges, p99', quantile(0.99, 'fedmon_job_wait_seconds', after, before), 2, ' s'),
        atMost('slots skipped because they were late', late, 0, '', 0),
        {
          what: 'healthy at the end',
          value: String(await healthyOf(fedmon)),
          wanted: String(healthy),
          held: (await healthyOf(fedmon)) === healthy,
        },
      ];
    } finally {
      await fedmon.stop();
    }
  });
}

export const slowSection: Section = {
  name: 'slow',
  says: `${String(silent)} partners that accept and say nothing, every ${String(everyMs / 1_000)} s, beside ${String(healthy)} healthy ones and with a timeout of ${String(timeoutMs / 1_000)} s, ${String(workers)} workers: a handshake is given up after ${String(givenUpMs / 1_000)} s, so that about ${String(atOnce)} hang at any moment. Memory is compared with the same processes while a tenth of them hang.`,
  long: true,
  run,
};
