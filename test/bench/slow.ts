import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '../chaos/process-figures.ts';
import { atMost, median, quantile, type Figure } from './figures.ts';
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
/** In its first minutes a worker grows whatever it does, as code is compiled and every edge met for the first time. */
const settleMs = 10 * everyMs;
const lookEveryMs = 1_000;

interface Held {
  readonly inFlight: number;
  readonly bytes: number;
}

/** How many connections hang at once, and the memory of all workers: medians of so long. */
async function usuallyHeld(fedmon: Fedmon, held: () => Promise<number>, forMs: number): Promise<Held> {
  const own = fedmon.members.filter(({ role }) => role === 'worker');
  const looks: Held[] = [];
  const endMs = Date.now() + forMs;
  while (Date.now() < endMs) {
    await pause(lookEveryMs);
    looks.push({ inFlight: await held(), bytes: own.reduce((sum, { pid }) => sum + residentBytes(pid), 0) });
  }
  return { inFlight: median(looks.map(({ inFlight }) => inFlight)), bytes: median(looks.map(({ bytes }) => bytes)) };
}

const told = ({ inFlight, bytes }: Held): string => `${String(inFlight)} at once: ${(bytes / 2 ** 20).toFixed(0)} MB`;

async function run({ keyTypes, profile, say }: BenchOptions): Promise<readonly Figure[]> {
  const [keyType = 'rsa-2048'] = keyTypes;
  const plan = { keyType, partners: healthy + silent, edgesEach: 1, sharers: 1, silent } as const;
  return withWorld(plan, async (world) => {
    world.silent('close');
    const fedmon = await startFedmon(world, { everyMs, timeoutMs, prometheus: null, profile, workers });
    const held = async (): Promise<number> => (await world.seen()).held;
    try {
      await pause(settleMs);
      const none = await usuallyHeld(fedmon, held, everyMs);
      say(told(none));
      world.silent('keep');
      await pause(everyMs);
      const before = await workersSay(fedmon);
      const many = await usuallyHeld(fedmon, held, 2 * everyMs);
      say(told(many));
      const after = await workersSay(fedmon);
      const late = sumOf(after, 'fedmon_jobs_skipped_late_total') - sumOf(before, 'fedmon_jobs_skipped_late_total');
      const each = (many.bytes - none.bytes) / (many.inFlight - none.inFlight);
      const ok = await healthyOf(fedmon);
      return [
        { what: 'hanging at once, and memory of the workers: first', value: told(none) },
        { what: '- and then', value: told(many) },
        atMost('- for each that hangs', each / 1_000, 100, ' kB', 0),
        atMost('from slot to start, all edges, p99', quantile(0.99, 'fedmon_job_wait_seconds', after, before), 2, ' s'),
        atMost('slots skipped because they were late', late, 0, '', 0),
        { what: 'healthy at the end', value: String(ok), wanted: String(healthy), held: ok === healthy },
      ];
    } finally {
      await fedmon.stop();
    }
  });
}

export const slowSection: Section = {
  name: 'slow',
  says: `${String(silent)} partners that accept and say nothing, every ${String(everyMs / 1_000)} s, beside ${String(healthy)} healthy ones and with a timeout of ${String(timeoutMs / 1_000)} s, ${String(workers)} workers: a handshake is given up after ${String(givenUpMs / 1_000)} s, so that about ${String(atOnce)} hang at any moment. Memory is compared with that of the same processes while those partners close each connection at once, planned and examined as often, for ${String(settleMs / everyMs)} minutes (medians of a minute, then of two): what differs is that they hang, and that the processes are some minutes older.`,
  long: true,
  run,
};
