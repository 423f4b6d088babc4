import { basename } from 'node:path';
import type { Command } from 'commander';
import type { PartnerEntry } from '../config/schema.ts';
import { placesInWords } from './config-place.ts';
import { exit, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import type { LeftOut, Listed, PartnerList } from './partner-list.ts';

interface Flags {
  readonly config?: string;
  readonly tier?: string;
  readonly owner?: string;
  readonly json?: true;
}

const examples = `Examples:
  Get-CsAllowedDomain | Export-Csv allowed.csv      in the Skype for Business Server Management Shell, then
  ${commandName()} import allowed.csv > partners.d/allowed.yaml
  ${commandName()} import domains.txt --tier critical --owner team-uc
`;

/** `fedmon import FILE`: a partner list as a file for \`include\`. */
export function addImport(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('import')
    .summary('turn an allow list into partners of the configuration')
    .description(
      'Reads the CSV of Get-CsAllowedDomain, a Teams allow list or one domain a line, and prints partners for the ' +
        'configuration. What was left out, and why, goes to stderr. Exit code 1 when something could not be used.',
    )
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} import --help`)
    .argument('<file>', 'the list')
    .option('--tier <name>', 'the tier of all of them')
    .option('--owner <name>', 'who on our side looks after them')
    .option('--config <file>', `leave out whom this names already (default: FEDMON_CONFIG, ${placesInWords})`)
    .option('--json', 'one JSON object: the partners, and what was left out')
    .action(async (file: string, flags: Flags) => {
      const [{ readList }, { progressOf }, { printPartners }] = await Promise.all([
        import('./read-list.ts'),
        import('./progress.ts'),
        import('../config/print-partners.ts'),
      ]);
      const read = readList(
        file,
        io,
        progressOf(`reading ${basename(file)}`, (text) => io.progress(text)),
      );
      const { listed, leftOut } = withoutKnown(read, await knownIn(flags.config, io));
      const entries = listed.map((each) => entryOf(each, flags));
      io.progress(null);
      if (entries.length === 0 && read.listed.length === 0) throw new UsageError(nothingIn(file, leftOut));
      await refuseWrong(entries);
      if (flags.json) io.out(jsonLine({ partners: entries, leftOut }));
      else io.out(printPartners(entries, `From ${basename(file)}: ${counted(entries.length)}.`));
      io.err(reportOf(file, entries.length, leftOut));
      done(leftOut.some(({ lost }) => lost) ? exit.fails : exit.pass);
    });
}

const counted = (partners: number): string => `${String(partners)} partner${partners === 1 ? '' : 's'}`;

function entryOf({ domain, name, host }: Listed, { tier, owner }: Flags): Partial<PartnerEntry> {
  return {
    domain,
    ...(name === null ? {} : { name }),
    ...(tier === undefined ? {} : { tier }),
    ...(owner === undefined ? {} : { owner }),
    ...(host === null ? {} : { route: { host } }),
  };
}

/** The domains that the configuration names already, and our own; none without a configuration. */
async function knownIn(named: string | undefined, io: Io): Promise<ReadonlyMap<string, string>> {
  const [{ findConfig }, { loadConfig }] = await Promise.all([
    import('./config-place.ts'),
    import('../config/load.ts'),
  ]);
  const place = findConfig(named, io);
  if (place === null) return new Map();
  const { partners, identity } = loadConfig(place, io.env);
  return new Map([
    [identity.domain, 'our own domain'],
    ...partners.map(({ domain }) => [domain, `already in ${place} or a file that it includes`] as const),
  ]);
}

function withoutKnown({ listed, leftOut }: PartnerList, known: ReadonlyMap<string, string>): PartnerList {
  const doubles = listed.flatMap(({ line, domain }): LeftOut[] => {
    const why = known.get(domain);
    return why === undefined ? [] : [{ line, text: domain, why, lost: false }];
  });
  return {
    listed: listed.filter(({ domain }) => !known.has(domain)),
    leftOut: [...leftOut, ...doubles].toSorted((a, b) => a.line - b.line),
  };
}

/** What the flags gave goes through the rules of the configuration, so that the file that is printed can be loaded. */
async function refuseWrong(entries: readonly Partial<PartnerEntry>[]): Promise<void> {
  const { partnerEntry } = await import('../config/schema.ts');
  const [first] = entries;
  const issue = first === undefined ? undefined : partnerEntry.safeParse(first).error?.issues[0];
  if (issue !== undefined) throw new UsageError(`--${issue.path.join('.')}: expected ${issue.message}.`);
}

function nothingIn(file: string, leftOut: readonly LeftOut[]): string {
  const [first] = leftOut;
  const seen = first === undefined ? 'it is empty' : `line ${String(first.line)}: '${first.text}' is ${first.why}`;
  return `${file} names no domain (${seen}). Expected a CSV with a column Domain, or one domain a line.`;
}

function reportOf(file: string, taken: number, leftOut: readonly LeftOut[]): string {
  const width = Math.max(0, ...leftOut.map(({ text }) => text.length));
  const rows = leftOut.map(({ line, text, why }) => `  line ${String(line).padEnd(5)} ${text.padEnd(width)}  ${why}`);
  const left = leftOut.length === 0 ? 'nothing was left out' : `${String(leftOut.length)} left out:`;
  const next = `Next: name the file under include in fedmon.yaml, then type ${commandName()} config check.`;
  return [`${file}: ${counted(taken)}, ${left}`, ...rows, ...(taken === 0 ? [] : [next])].join('\n').concat('\n');
}
