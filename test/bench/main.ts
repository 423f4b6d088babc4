// `npm run bench`: what one probe costs, fedmon beside blackbox_exporter and Prometheus, and REPORT.md written.
//   --edges N      partners, each with an edge of its own; 500
//   --every S      how often each is examined, seconds; 5
//   --rounds N     of each side, in turn; 3
//   --window S     how long a round is measured, seconds; 20
//   --keys TYPE    rsa-2048 or p-256; without it both, one after the other
//   --keep         leave REPORT.md as it is
import { parseArgs } from 'node:util';
import { tool } from '../lab/debian.ts';
import { compare } from './beside.ts';
import type { KeyType } from './edges.ts';
import { ratioOf, total, writeBenchReport, type Compared, type Measured } from './report.ts';

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
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function line(name: string, measured: Measured): string {
  const parts = Object.entries(measured.parts).map(([part, ms]) => `${part} ${ms.toFixed(2)}`);
  return `  ${name}: ${total(measured).toFixed(2)} ms a probe at ${measured.perSecond.toFixed(0)}/s (${parts.join(', ')})`;
}

async function main(): Promise<number> {
  const [prometheus, blackbox] = [await tool('prometheus'), await tool('blackbox-exporter')];
  if (prometheus === null || blackbox === null) {
    process.stderr.write(
      'The bench needs prometheus and blackbox_exporter: type `sudo apt-get install prometheus prometheus-blackbox-exporter`.\n',
    );
    return 3;
  }
  const keyTypes = (['rsa-2048', 'p-256'] as const satisfies readonly KeyType[]).filter(
    (each) => values.keys === undefined || values.keys === each,
  );
  const options = {
    edges: Number(values.edges),
    everyMs: Number(values.every) * 1_000,
    rounds: Number(values.rounds),
    windowMs: Number(values.window) * 1_000,
    tools: { prometheus, blackbox },
    round: (name: string, measured: Measured): void => say(line(name, measured)),
  };
  const all: Compared[] = [];
  for (const keyType of keyTypes) {
    say(`\n${keyType}: ${values.edges} edges every ${values.every} s`);
    const compared = await compare(keyType, options);
    say(`  ratio ${ratioOf(compared).toFixed(2)}`);
    all.push(compared);
  }
  if (!values.keep) await writeBenchReport(all, process.argv.slice(2));
  return 0;
}

process.exitCode = await main();
