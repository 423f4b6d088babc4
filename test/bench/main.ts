// `npm run bench`: what the service costs beside what else could be used, and REPORT.md with it. README.md says how.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { tool, type Tool } from '../lab/debian.ts';
import type { Figure } from './figures.ts';
import { calibrate, quietness } from './machine.ts';
import { rowsOf, writeSection } from './report.ts';
import type { BenchOptions, Section } from './section.ts';
import { sections } from './sections.ts';
import { keyTypes } from './world.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    window: { type: 'string' },
    every: { type: 'string', default: '5' },
    pace: { type: 'string', default: '200' },
    keys: { type: 'string' },
    minutes: { type: 'string', default: '30' },
    profile: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (text: string): number => {
  process.stderr.write(`${text}\n`);
  return 2;
};

function chosen(): readonly Section[] {
  const names = values.only?.split(',');
  return sections.filter(({ name, long }) => (names === undefined ? values.full || !long : names.includes(name)));
}

/** Its name and version, as it says them. */
async function versionOf({ path, env }: Tool): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(path, ['--version'], { env: { ...process.env, ...env } });
  const [, name = path, version = ''] = /^(\w+), version (\S+)/m.exec(stdout + stderr) ?? [];
  return `${name} ${version}`;
}

/** What stands in a terminal; the report has the same rows as a table. */
function print(figures: readonly Figure[]): void {
  for (const [what = '', value = '', wanted = '', held = ''] of rowsOf(figures).slice(1)) {
    say(`  ${what.padEnd(44)} ${value}${wanted === '' ? '' : `   [${wanted}: ${held.replaceAll('*', '')}]`}`);
  }
}

async function main(): Promise<number> {
  const wanted = chosen();
  const names = sections.map(({ name }) => name).join(', ');
  if (wanted.length < (values.only?.split(',').length ?? 1)) return fail(`--only takes of: ${names}`);
  const [prometheus, blackbox] = [await tool('prometheus'), await tool('blackbox-exporter')];
  if (prometheus === null || blackbox === null)
    return fail('The bench needs them: type `sudo apt-get install prometheus prometheus-blackbox-exporter`.');
  const profile = values.profile === undefined ? null : resolve(values.profile);
  if (profile !== null) mkdirSync(profile, { recursive: true });
  const options: BenchOptions = {
    perSecond: Number(values.pace),
    everyMs: Number(values.every) * 1_000,
    rounds: Number(values.rounds ?? (values.full ? 5 : 2)),
    windowMs: Number(values.window ?? (values.full ? 30 : 15)) * 1_000,
    keyTypes: keyTypes.filter((each) => (values.keys ?? (values.full ? each : 'rsa-2048')) === each),
    minutes: Number(values.minutes),
    tools: { prometheus, blackbox },
    profile,
    say: (text) => say(`  … ${text}`),
  };
  const args = process.argv
    .slice(2)
    .filter((each, at, all) => each !== '--keep' && each !== '--only' && all[at - 1] !== '--only');
  const others = [await versionOf(prometheus), await versionOf(blackbox)];
  let missed = 0;
  for (const section of wanted) {
    say(`\n${section.name}`);
    const [before, startMs] = [calibrate(), performance.now()];
    const figures = [...(await section.run(options)), quietness(before, calibrate())];
    print(figures);
    missed += figures.filter(({ held }) => held === false).length;
    const took = `${((performance.now() - startMs) / 1_000).toFixed(0)} s`;
    const command = `npm run bench -- ${['--only', section.name, ...args].join(' ')}`;
    if (!values.keep && profile === null) await writeSection(section, figures, `\`${command}\`, ${took}`, others);
  }
  say(`\n${missed === 0 ? 'All that is wanted was held.' : `${String(missed)} not held.`}`);
  return 0;
}

process.exitCode = await main();
