// `npm run chaos`: the scenarios one after another, judged, and REPORT.md written.
//   --long         as long as a report takes: hours; with --share 0.3 three tenths of it
//   --soak         200,000 checks, and nothing grows; the same as --long --only soak
//   --seed N       the same choices again
//   --only A,B     these scenarios
//   --keep         leave REPORT.md as it is
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { RedisNotFound } from '../lab/redis.ts';
import { writeReport, type Row } from './report.ts';
import type { Size } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { soak } from './soak.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Wish {
  readonly size: Size;
  readonly keep: boolean;
  readonly seed: number;
  readonly only: readonly string[];
}

const all = [...scenarios, soak];

/** The command line; a sentence where it cannot be understood. */
function wishOf(args: readonly string[]): Wish | string {
  const names = all.map(({ name }) => name);
  let values;
  try {
    const options = {
      long: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      share: { type: 'string', default: '1' },
      seed: { type: 'string' },
      only: { type: 'string' },
    } as const;
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const usual = values.soak ? [soak.name] : scenarios.map(({ name }) => name);
  const only = values.only?.split(',') ?? usual;
  const strange = only.filter((name) => !names.includes(name));
  if (strange.length > 0) return `There is no scenario ${strange.join(', ')}: there are ${names.join(', ')}.`;
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) return `--seed ${String(values.seed)}: give a whole number, such as 42.`;
  const share = Number(values.share);
  if (!(share > 0 && share <= 1)) return `--share ${values.share}: give a number above 0, at most 1.`;
  return { size: values.long || values.soak ? share : 'short', keep: values.keep, seed, only };
}

async function main(args: readonly string[]): Promise<number> {
  const wish = wishOf(args);
  if (typeof wish === 'string') {
    process.stderr.write(`${wish}\n`);
    return 2;
  }
  const { size, seed, only, keep } = wish;
  say(`seed ${String(seed)}`);
  const rows: Row[] = [];
  for (const scenario of all.filter(({ name }) => only.includes(name))) {
    say(`\n${scenario.name}: ${scenario.says}`);
    const begunMs = performance.now();
    const result = await scenario.run(size, seed);
    const tookMs = performance.now() - begunMs;
    for (const [what, figure] of Object.entries(result.figures)) say(`  ${what}: ${String(figure)}`);
    for (const each of result.wrong) say(`  WRONG ${each}`);
    rows.push({ scenario, size, seed, result, tookMs });
    if (!keep) await writeReport(rows);
  }
  return rows.every(({ result }) => result.wrong.length === 0) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RedisNotFound)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
