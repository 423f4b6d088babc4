import { setTimeout as pause } from 'node:timers/promises';
import { startBed, type Bed } from './bed.ts';
import { openDescriptors, residentBytes } from './process-figures.ts';
import { amount, together, unless, type Result, type Scenario } from './scenario.ts';

const partners = 250;
const everyMs = 5_000;
/** Finished jobs are kept for two of the longest intervals, at least two minutes, and a minute more. */
const warmUpMs = 200_000;
const sampleMs = 5_000;
const fewestSamples = 12;
/** What may change from the first third after the warm-up to the last. */
const drift = 0.05;

/** One look at everything that must not grow. */
interface Look {
  /** Runs of a check so far: dns, tcp, tls, admission and sip each count. */
  readonly probes: number;
  readonly series: number;
  readonly keys: number;
  readonly resident: readonly number[];
  readonly descriptors: readonly number[];
}

async function look({ members, redis }: Bed): Promise<Look> {
  const exporter = members.find(({ role }) => role === 'exporter');
  const text = await fetch(`${exporter?.url ?? ''}/metrics`).then((answer) => answer.text());
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const runs = lines.filter((line) => line.startsWith('fedmon_checks_total{'));
  return {
    probes: runs.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0),
    series: lines.length,
    keys: await redis.ask((client) => client.dbsize()),
    resident: members.map(({ pid }) => residentBytes(pid)),
    descriptors: members.map(({ pid }) => openDescriptors(pid)),
  };
}

const mean = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0) / all.length;

/** The first and the last third of a row, each as its mean. */
export function thirds(all: readonly number[]): readonly [number, number] {
  const third = Math.max(1, Math.floor(all.length / 3));
  return [mean(all.slice(0, third)), mean(all.slice(-third))];
}

/** The least of each stretch of so many. */
export function floors(all: readonly number[], length: number): readonly number[] {
  return all.flatMap((_, at) => (at % length === 0 ? [Math.min(...all.slice(at, at + length))] : []));
}

/** The most of each stretch of so many. */
export function tops(all: readonly number[], length: number): readonly number[] {
  return all.flatMap((_, at) => (at % length === 0 ? [Math.max(...all.slice(at, at + length))] : []));
}

/** Whether a row is flat: its last third is not above its first by more than the share, or by what is allowed besides. */
export function flat(what: string, all: readonly number[], share: number, besides = 0, unit = ''): Result {
  const [first, last] = thirds(all);
  const shown = `${first.toFixed(1)} → ${last.toFixed(1)}${unit}`;
  return {
    figures: { [what]: shown },
    wrong: unless(last <= first * (1 + share) + besides, `${what} grows: ${shown}`),
  };
}

const thirdTops = (all: readonly number[]): readonly number[] => tops(all, Math.max(1, Math.floor(all.length / 3)));

function judgedLooks(looks: readonly Look[], names: readonly string[]): Result {
  const megabytes = (n: number): readonly number[] => looks.map(({ resident }) => (resident[n] ?? 0) / 2 ** 20);
  return together(
    ...names.map((name, n) => flat(`memory of the ${name}`, megabytes(n), drift, 0, ' MB')),
    // A connection under way is a descriptor, and there are many: what leaks is still there when fewest are.
    ...names.map((name, n) =>
      flat(
        `descriptors of the ${name}`,
        floors(
          looks.map((each) => each.descriptors[n] ?? 0),
          4,
        ),
        drift,
        2,
      ),
    ),
    // What a busy machine does not come to is neither kept nor shown: the most that there is must not grow.
    flat('most keys in Redis', thirdTops(looks.map(({ keys }) => keys)), drift),
    flat('most series of the exporter', thirdTops(looks.map(({ series }) => series)), 0),
  );
}

async function run(bed: Bed, wanted: number): Promise<Result> {
  const begunMs = performance.now();
  const looks: Look[] = [];
  let probes = 0;
  while (probes < wanted || looks.length < fewestSamples) {
    await pause(sampleMs);
    const seen = await look(bed);
    if (performance.now() - begunMs > warmUpMs) looks.push(seen);
    if (looks.length > fewestSamples && seen.probes === probes) throw new Error(`no probe for ${String(sampleMs)} ms`);
    ({ probes } = seen);
  }
  const seconds = (performance.now() - begunMs) / 1000;
  const figures = {
    'runs of a check': probes,
    'a second': (probes / seconds).toFixed(0),
    'looks after the warm-up': looks.length,
  };
  return together(
    { figures, wrong: [] },
    judgedLooks(
      looks,
      bed.members.map(({ name }) => name),
    ),
  );
}

export const soak: Scenario = {
  name: 'soak',
  says: `The service examines ${String(partners)} partners every 5 s until 200,000 checks were run, and is scraped all the time. After a warm-up of ${String(warmUpMs / 1000)} s memory stays within 5 %, and descriptors, keys and series do not grow.`,
  async run(size) {
    const bed = await startBed({
      partners,
      everyMs,
      timeoutMs: 2_500,
      roles: { scheduler: 1, worker: 1, exporter: 1 },
      redis: { appendonly: 'no' },
    });
    try {
      return await run(bed, amount(size, 20_000, 200_000));
    } finally {
      await bed.stop();
      bed.forget();
    }
  },
};
