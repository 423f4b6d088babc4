// `npm run bench`: what one probe costs, fedmon beside blackbox_exporter and Prometheus, and REPORT.md written.
//   --edges N      partners, each with an edge of its own; 500
//   --every S      how often each is examined, seconds; 5
//   --rounds N     of each side, in turn; 3
//   --window S     how long a round is measured, seconds; 20
//   --keys TYPE    rsa-2048 or p-256; both, one after the other
//   --keep         leave REPORT.md as it is
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { processorMs } from '../chaos/process-figures.ts';
import { tool, type Tool } from '../lab/debian.ts';
import { startEdges, type BenchEdges, type KeyType } from './edges.ts';
import { ratioOf, total, writeBenchReport, type Compared, type Measured } from './report.ts';
import { startOurs, startTheirs, type Side } from './sides.ts';

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '500' },
    every: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    window: { type: 'string', default: '20' },
    keys: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const everyMs = Number(values.every) * 1_000;
const windowMs = Number(values.window) * 1_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Processor time of each process for each answered OPTIONS, milliseconds, once two intervals have gone by. */
async function measure(world: BenchEdges, start: () => Promise<Side>): Promise<Measured> {
  const side = await start();
  try {
    await pause(2 * everyMs);
    const names = Object.keys(side.processes);
    const read = (): readonly number[] => Object.values(side.processes).map(processorMs);
    const [before, answered] = [read(), world.answered()];
    await pause(windowMs);
    const [after, probes] = [read(), world.answered() - answered];
    const parts = names.map((name, at) => [name, ((after[at] ?? 0) - (before[at] ?? 0)) / probes] as const);
    return { probes, perSecond: (probes * 1_000) / windowMs, parts: Object.fromEntries(parts) };
  } finally {
    await side.stop();
  }
}

function line(name: string, measured: Measured): string {
  const parts = Object.entries(measured.parts).map(([part, ms]) => `${part} ${ms.toFixed(2)}`);
  return `  ${name}: ${total(measured).toFixed(2)} ms a probe at ${measured.perSecond.toFixed(0)}/s (${parts.join(', ')})`;
}

async function compare(keyType: KeyType, tools: { prometheus: Tool; blackbox: Tool }): Promise<Compared> {
  say(`\n${keyType}: ${values.edges} edges every ${values.every} s`);
  const world = await startEdges(Number(values.edges), keyType);
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  try {
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const one = await measure(world, () => startOurs(world, everyMs, tools.prometheus));
      say(line('fedmon', one));
      const other = await measure(world, () => startTheirs(world, everyMs, tools));
      say(line('blackbox_exporter', other));
      ours.push(one);
      theirs.push(other);
    }
  } finally {
    await world.stop();
  }
  say(`  ratio ${ratioOf({ ours, theirs }).toFixed(2)}`);
  return { keyType, ours, theirs };
}

const [prometheus, blackbox] = [await tool('prometheus'), await tool('blackbox-exporter')];
if (prometheus === null || blackbox === null) {
  process.stderr.write(
    'The bench needs prometheus and blackbox_exporter: install the Debian packages of these names.\n',
  );
  process.exit(3);
}
const keyTypes: readonly KeyType[] = (['rsa-2048', 'p-256'] as const).filter(
  (each) => values.keys === undefined || values.keys === each,
);
const compared: Compared[] = [];
for (const keyType of keyTypes) compared.push(await compare(keyType, { prometheus, blackbox }));
if (!values.keep) await writeBenchReport(compared, process.argv.slice(2));
