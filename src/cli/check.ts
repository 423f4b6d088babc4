import { Argument, Option, type Command } from 'commander';
import { profiles } from '../federation/partner.ts';
import type { CheckReport } from '../probe/report.ts';
import type { CheckFlags } from './check-settings.ts';
import type { Io } from './io.ts';
import { aDuration, aRoute, dnsServers, domains, networks } from './parse.ts';

interface Flags extends CheckFlags {
  readonly json?: true;
  readonly tap?: true;
  readonly nagios?: true;
  readonly trace?: true;
}

const examples = `Examples:
  fedmon check contoso.com
  fedmon check contoso.com fabrikam.com --json | jq .cause
  fedmon check sbc.contoso.com --profile direct-routing --cert client.pem --key client.key
  fedmon check lab.example --dns 127.0.0.1:5353 --allow 127.0.0.0/8 --ca lab-ca.pem --trace
`;

/** `fedmon check DOMAIN...`: examine now, without Redis. */
export function addCheck(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('check')
    .summary('examine partners now; needs no Redis')
    .description('Examines partners now, over the network, and says what is broken, whose side it is and what to do.')
    .addHelpText('before', examples)
    .showHelpAfterError('Type: fedmon check --help')
    .addArgument(new Argument('<domain...>', 'SIP domains').argParser(domains))
    .option('--config <file>', 'settings of the partners and of us (default: ./fedmon.yaml if there is one)')
    .addOption(new Option('--profile <profile>', 'rules to judge by').choices(profiles))
    .option('--dns <host:port>', 'resolver to ask; may be repeated', dnsServers)
    .option('--route <host[:port]>', 'connect here instead of asking DNS for SRV records', aRoute)
    .option('--allow <cidr>', 'private network that may be connected to; may be repeated', networks)
    .option('--ca <file>', 'roots to trust: system, mozilla or a PEM file')
    .option('--cert <file>', 'our client certificate, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--timeout <duration>', 'budget of one examination', aDuration)
    .addOption(new Option('--json', 'one JSON object a line').conflicts(['tap', 'nagios', 'trace']))
    .addOption(new Option('--tap', 'Test Anything Protocol 14').conflicts(['nagios', 'trace']))
    .addOption(new Option('--nagios', 'output and exit code of a Nagios plugin').conflicts('trace'))
    .option('--trace', 'show every step with its times')
    .addHelpText(
      'after',
      '\nExit codes: 0 all pass (warnings allowed), 1 at least one does not, 2 usage or configuration, 3 could not run.',
    )
    .action(async (names: readonly string[], flags: Flags) => done(await check(names, flags, io)));
}

async function check(names: readonly string[], flags: Flags, io: Io): Promise<number> {
  // Loaded here, not above: the help and the other commands need none of it.
  const [
    { checkConfig, certificateOf, identityNote, partnerOf },
    { createNet },
    { systemClock },
    { settingsOf },
    { examineAll },
    { printer },
  ] = await Promise.all([
    import('./check-settings.ts'),
    import('../net/node-net.ts'),
    import('../net/clock.ts'),
    import('../probe/examine.ts'),
    import('./examine-all.ts'),
    import('./check-printer.ts'),
  ]);
  const config = checkConfig(flags, io);
  if (!(flags.json ?? flags.tap ?? flags.nagios)) io.err(identityNote(config));
  const partners = names.map((name) => partnerOf(name, config, flags));
  const net = createNet({ egressAllow: config.egress.allow, trust: config.trust, certificate: certificateOf(config) });
  const print = printer(flags, io, partners.length);
  const stop = await stopSignal();
  try {
    const world = { net, clock: systemClock, signal: stop.signal };
    print.begin();
    const each = (report: CheckReport): void => print.each(report);
    return print.end(await examineAll(partners, config.vantage, settingsOf(config), world, each));
  } finally {
    io.progress(null);
    stop.release();
  }
}

/** Fires when the person presses Ctrl-C or the process is asked to stop. */
async function stopSignal(): Promise<{ readonly signal: AbortSignal; release(): void }> {
  const { ShuttingDown } = await import('../net/deadline.ts');
  const controller = new AbortController();
  const stop = (): void => controller.abort(new ShuttingDown('stopped by a signal'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return { signal: controller.signal, release: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}
