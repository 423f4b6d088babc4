import { Option, type Command } from 'commander';
import { profiles } from '../federation/partner.ts';
import { stopsPartner } from '../federation/stop.ts';
import type { CheckReport } from '../probe/report.ts';
import type { Printer } from './check-printer.ts';
import type { CheckFlags } from './check-settings.ts';
import { productionNote } from './production-note.ts';
import { placesInWords } from './config-place.ts';
import { complaintOf, domainsIn } from './domains.ts';
import { stoppedByUs } from './stopped.ts';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { aDuration, aHopCount, aRoute, dnsServers, networks } from './parse.ts';

interface Flags extends CheckFlags {
  readonly json?: true;
  readonly tap?: true;
  readonly nagios?: true;
  readonly trace?: true;
  readonly versions?: true;
  readonly letter?: true;
  readonly self?: true;
}

const examples = `Examples:
  ${commandName()} check contoso.com
  ${commandName()} check contoso.com fabrikam.com --json | jq .cause
  ${commandName()} check sbc.contoso.com --profile direct-routing --cert client.pem --key client.key
  ${commandName()} check contoso.com --letter
  ${commandName()} check --self
  ${commandName()} check lab.example --dns 127.0.0.1:5353 --allow 127.0.0.0/8 --ca lab-ca.pem --trace
`;

const exitCodes = `
Exit codes:
  0  every partner passes; warnings and planned maintenance pass
  1  at least one partner fails or could not be proven
  2  the command line or the configuration is wrong
  3  could not run: also when not one step of any examination got an answer
With --self: 0 when partners would admit us, in doubt or not; 1 when they would refuse us or it could not be proven.
With --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`;

/** `fedmon check DOMAIN...`: examine now, without Redis. */
export function addCheck(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('check')
    .summary('examine partners now; needs no Redis')
    .description('Examines partners now, over the network, and says what is broken, whose side it is and what to do.')
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} check --help`)
    .argument('[domain...]', 'SIP domains')
    .addOption(
      new Option('--self', 'our own domain as a partner sees it: identity.domain, or the domains named').conflicts([
        'tap',
        'nagios',
        'trace',
        'letter',
      ]),
    )
    .option('--config <file>', `partners and our settings (default: FEDMON_CONFIG, ${placesInWords}, else none)`)
    .addOption(new Option('--profile <profile>', 'rules to judge by').choices(profiles))
    .option('--dns <server>', 'resolver: ADDRESS:PORT or tls://ADDRESS:PORT#NAME; may be repeated', dnsServers)
    .option(
      '--route <host[:port]>',
      'connect here instead of following SRV records; tcp:// or udp:// before it for SIP without TLS',
      aRoute,
    )
    .option('--allow <cidr>', 'private network that may be connected to; may be repeated', networks)
    .option('--ca <file>', 'roots to trust: system, mozilla or a PEM file')
    .option('--cert <file>', 'our client certificate, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--max-forwards <hops>', 'hops our OPTIONS may go; 0: the first hop itself answers', aHopCount)
    .option('--timeout <duration>', 'budget of one examination', aDuration)
    .addOption(new Option('--json', 'one JSON object a line').conflicts(['tap', 'nagios', 'trace', 'letter']))
    .addOption(new Option('--tap', 'Test Anything Protocol 14').conflicts(['nagios', 'trace', 'letter']))
    .addOption(new Option('--nagios', 'output and exit code of a Nagios plugin').conflicts(['trace', 'letter']))
    .option('--versions', 'ask each edge which TLS versions it takes: up to four more short connections')
    .addOption(new Option('--trace', 'show every step with its times').conflicts('letter'))
    .option('--letter', 'only the text for the partner’s administrator, ready to send')
    .addHelpText('after', exitCodes)
    .action(async (words: readonly string[], flags: Flags, command: Command) => {
      const { domains, wrong } = domainsIn(words);
      if (wrong.length > 0) command.error(`error: ${complaintOf(wrong)}`);
      if (words.length === 0 && !flags.self) command.error("error: missing required argument 'domain'");
      done(await check(domains, flags, io));
    });
}

async function check(named: readonly string[], flags: Flags, io: Io): Promise<number> {
  // Loaded here, not above: the help and the other commands need none of it.
  const [
    { checkConfig, identitiesOf, configNote, identityNote, partnerOf },
    { lateNet },
    { systemClock },
    { settingsOf },
    { examineAll },
    { progressLine },
  ] = await Promise.all([
    import('./check-settings.ts'),
    import('../net/late-net.ts'),
    import('../net/clock.ts'),
    import('../probe/examination.ts'),
    import('./examine-all.ts'),
    import('./progress.ts'),
  ]);
  const config = await checkConfig(flags, io);
  if (!(flags.json ?? flags.tap ?? flags.nagios))
    io.err(configNote(config) + identityNote(config) + (await productionNote(config)));
  const names = flags.self ? (await import('./self.ts')).ownDomains(named, config) : named;
  const partners = names.map((name) => partnerOf(name, config, flags));
  const stops = config.politeness?.stops;
  const stopped = partners.find((partner) => stopsPartner(stops, partner));
  if (stopped !== undefined) throw stoppedByUs(stopped.domain, config.file);
  const net = lateNet({
    egressAllow: config.egress.allow,
    trust: config.trust,
    certificate: null,
    identities: identitiesOf(config),
  });
  const stop = await stopSignal();
  try {
    io.progress(progressLine('examining', 0, partners.length));
    // What shows a report is loaded with what makes one, after the first question went out.
    const shows: { printer?: Printer } = {};
    const ready = async (): Promise<void> => {
      const [{ printer }] = await Promise.all([import('./check-printer.ts'), net.ready()]);
      shows.printer = printer(flags, io, partners.length, config.maintenance);
      shows.printer.begin();
    };
    const world = { net, clock: systemClock, signal: stop.signal, ready };
    const each = (report: CheckReport): void => (flags.self ? shows.printer?.seen() : shows.printer?.each(report));
    const reports = await examineAll(
      partners,
      { ...config, ...(stops === undefined ? {} : { stops }) },
      settingsOf(config),
      world,
      each,
      flags.versions,
    );
    const doubt = (await import('./clock-note.ts')).clockNote(reports);
    if (doubt !== '') io.err(doubt);
    if (flags.self) return await (await import('./self.ts')).showSelf(reports, config, flags, io);
    return shows.printer?.end(reports) ?? exit.pass;
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
