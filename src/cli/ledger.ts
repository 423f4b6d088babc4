import type { Command } from 'commander';
import { placesInWords } from './config-place.ts';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import { aDomainOrLabel } from './parse.ts';
import { noSuchPartner, withStore } from './stored.ts';

interface Flags {
  readonly config?: string;
  readonly json?: true;
}

const examples = `Examples:
  ${commandName()} ledger contoso.com
  ${commandName()} ledger contoso.com --json | jq 'select(.what == "sip_options")'
`;

/** `fedmon ledger DOMAIN`: what was sent to the edges of a partner. */
export function addLedger(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('ledger')
    .summary('what was sent to a partner, and when')
    .description('Shows what the service sent lately to the edges of a partner, newest first. Reads the store only.')
    .addHelpText('before', examples)
    .argument('<domain>', 'the SIP domain; or canary, or the name of a control', aDomainOrLabel)
    .option('--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`)
    .option('--json', 'one JSON object a line')
    .showHelpAfterError(`Type: ${commandName()} ledger --help`)
    .action(async (domain: string, flags: Flags) => {
      const [{ readLedger }, { renderLedger }, { sentRows }, { lookoutsOf }] = await Promise.all([
        import('../store/read-ledger.ts'),
        import('./render-ledger.ts'),
        import('../http/ledger-rows.ts'),
        import('../federation/canary.ts'),
      ]);
      const ledger = await withStore(flags.config, io, async (store, config) => {
        const known = [...config.partners, ...lookoutsOf(config, config.partners)];
        if (!known.some((each) => each.domain === domain)) throw noSuchPartner(domain, config);
        return { rows: await readLedger(store, domain, config) };
      });
      if (flags.json) for (const row of sentRows(ledger)) io.out(jsonLine(row));
      else io.out(renderLedger(domain, ledger, io));
      done(exit.pass);
    });
}
