import { Option, type Command } from 'commander';
import type { Config } from '../config/config.ts';
import { domainName } from '../config/domain.ts';
import { nearest } from '../config/spelling.ts';
import { concerns } from '../federation/change.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { placesInWords } from './config-place.ts';
import { exit, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import { aDomain } from './parse.ts';
import { noSuchPartner, storeSilent, withStore } from './stored.ts';

interface Flags {
  readonly config?: string;
  readonly json?: true;
  readonly letter?: true;
  readonly vantage?: string;
}

const examples = `Examples:
  ${commandName()} partners
  ${commandName()} partners show contoso.com
  ${commandName()} partners --json | jq 'select(.state != "healthy")'
`;

/** `fedmon partners [list|show DOMAIN]`: what the store holds. */
export function addPartners(program: Command, io: Io, done: (code: number) => void): void {
  const partners = program
    .command('partners')
    .summary('what is known of the partners now')
    .description('Shows what the service last found, worst first. Reads the store; connects to no partner.')
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} partners --help`);
  const withFlags = (command: Command): Command =>
    command
      .option('--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`)
      .option('--json', 'one JSON object a line');

  withFlags(partners.command('list', { isDefault: true }).description('all partners, worst first'))
    // Whatever is no command lands here, because this is the one that needs no name.
    .allowExcessArguments()
    .action(async (flags: Flags, list: Command) => {
      const [word] = list.args;
      if (word !== undefined) partners.error(noSuchCommand(word, partners.args[0] === 'list'));
      const { snapshot } = await reading(flags, io);
      const { partnerLine, renderPartners } = await import('./render-partners.ts');
      if (flags.json) for (const line of partnerLine(snapshot)) io.out(jsonLine(line));
      else io.out(renderPartners(snapshot, io));
      done(exit.pass);
    });
  withFlags(partners.command('show').description('one partner with its latest evidence'))
    .argument('<domain>', 'the SIP domain', aDomain)
    .addOption(new Option('--letter', 'only the text for the partner’s administrator, ready to send').conflicts('json'))
    .option(
      '--vantage <name>',
      'the evidence of this one of several vantages (default: of the one that shows the state)',
    )
    .showHelpAfterError(`Type: ${commandName()} partners show --help`)
    .action(async (domain: string, flags: Flags) => {
      const { snapshot, config } = await reading(flags, io);
      await show(domain, snapshot, config, flags, io);
      done(exit.pass);
    });
}

function noSuchCommand(word: string, afterList: boolean): string {
  if (afterList) return `error: 'list' takes no argument, got '${word}'`;
  const [meant] = nearest(word, ['list', 'show']);
  const instead = meant ?? (domainName(word) === null ? null : `show ${word}`);
  return `error: unknown command '${word}'${instead === null ? '' : `\n(Did you mean ${instead}?)`}`;
}

async function show(domain: string, snapshot: Snapshot, config: Config, flags: Flags, io: Io): Promise<void> {
  const partner = snapshot.partners.find((each) => each.published.partner.domain === domain);
  if (partner === undefined) throw noSuchPartner(domain, config);
  const changes = snapshot.events.filter((each) => concerns(each, partner.published.partner));
  const from = { vantage: config.vantage, writer: config.identity };
  const { sharedBy } = await import('../http/shared.ts');
  const told = { changes, shared: sharedBy(snapshot, domain) };
  const { partnerObject, renderPartner } = await import('./render-partner.ts');
  if (flags.letter) {
    const { letterPrinter } = await import('./letter.ts');
    const { state, code, letter } = partnerObject(partner, snapshot.nowMs, from);
    letterPrinter(io)({ domain, state, cause: code === null ? null : { code, letter } });
  } else if (flags.json) io.out(jsonLine(partnerObject(partner, snapshot.nowMs, from, told)));
  else io.out(renderPartner(partner, snapshot.nowMs, from, io, told));
}

function checkVantage(named: string, { vantage, vantages }: Config): void {
  const names = vantages?.names ?? [vantage];
  if (!names.includes(named)) throw new UsageError(`${named} is none of our vantages: ${names.join(', ')}.`);
}

async function reading(flags: Flags, io: Io): Promise<{ readonly snapshot: Snapshot; readonly config: Config }> {
  const [{ readSnapshot }, { withCauses }] = await Promise.all([
    import('../store/read-snapshot.ts'),
    import('../role/causes.ts'),
  ]);
  return withStore(flags.config, io, async (store, config) => {
    const { vantage: from } = flags;
    if (from !== undefined) checkVantage(from, config);
    const shown = from === undefined ? config : { ...config, from };
    const snapshot = await withCauses(await readSnapshot(store, shown, Date.now()), config.vantage);
    if (!snapshot.storeUp) throw await storeSilent(config);
    return { snapshot, config };
  });
}
