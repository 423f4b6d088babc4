import { InvalidArgumentError, Option, type Command } from 'commander';
import { webAddress } from '../config/web-address.ts';
import { placesInWords } from './config-place.ts';
import { exit, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import { aDomain } from './parse.ts';
import { noSuchPartner, storeSilent, withStore } from './stored.ts';

interface Flags {
  readonly explain?: string;
  readonly config?: string;
  readonly json?: true;
  readonly runbooks?: string;
  readonly grafana?: string;
  readonly job?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly objective?: Readonly<Record<string, number>>;
  readonly threshold?: Readonly<Record<string, number>>;
  readonly operator?: true;
}

const examples = `Examples:
  ${commandName()} alerts --runbooks https://wiki.example.com/fedmon --label team=uc > fedmon.rules.yaml
  ${commandName()} alerts --objective critical=0.995 --objective standard=0.98
  ${commandName()} alerts --threshold partnerCertificateLeft=0.15 --threshold manyAtLeast=5
  ${commandName()} alerts --explain contoso.com
`;

/** `name=value`, repeated: all of them together. */
function pairs<Value>(read: (value: string) => Value | null, expected: string) {
  return (text: string, previous: Readonly<Record<string, Value>> | undefined): Readonly<Record<string, Value>> => {
    const [, name, words] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    const value = words === undefined ? null : read(words);
    if (name === undefined || value === null) throw new InvalidArgumentError(`Expected ${expected}.`);
    return { ...previous, [name]: value };
  };
}

const aShare = (text: string): number | null => (/^0\.[0-9]+$/.test(text) ? Number(text) : null);
const aNumber = (text: string): number | null => (/^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : null);

function anAddress(text: string): string {
  const address = webAddress(text);
  if (address === null) throw new InvalidArgumentError('Expected an address such as https://wiki.example.com/fedmon.');
  return address;
}

/** `fedmon alerts`: the rules for Prometheus; or which of them fire for a partner now, and why. */
export function addAlerts(program: Command, io: Io, done: (code: number) => void): void {
  const label = pairs((value) => (value === '' ? null : value), 'a label such as team=uc');
  const objective = pairs(aShare, 'a tier and a share such as critical=0.995');
  const threshold = pairs(aNumber, 'a threshold and a number such as manyFailing=0.4');
  program
    .command('alerts')
    .summary('the alert rules; or which of them fire for a partner, and why')
    .description(
      'Prints the rules file for Prometheus with your addresses, labels, objectives and thresholds. With --explain: which alerts fire ' +
        'for a partner now, which do not, and why. Reads the store only.',
    )
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} alerts --help`)
    .option('--explain <domain>', 'which alerts fire for this partner now, and why', aDomain)
    .option('--config <file>', `the configuration, to explain (default: FEDMON_CONFIG, ${placesInWords})`)
    .option('--json', 'one JSON object a line, to explain')
    .option('--runbooks <url>', 'where the runbooks are published', anAddress)
    .option('--grafana <url>', 'where Grafana is', anAddress)
    .option('--job <name>', 'the scrape job')
    .addOption(new Option('--label <name=value>', 'a label of yours on every alert; may be repeated').argParser(label))
    .addOption(
      new Option(
        '--objective <tier=share>',
        'how much of the time partners of a tier have to work; may be repeated',
      ).argParser(objective),
    )
    .addOption(
      new Option(
        '--threshold <name=number>',
        'from where on something is an alert, by the names of prometheusRule.thresholds in the chart; may be repeated',
      ).argParser(threshold),
    )
    .option('--operator', 'as a PrometheusRule for the Prometheus Operator')
    .action(async (flags: Flags) => {
      if (flags.explain === undefined) io.out(await rulesOf(flags));
      else await explain(flags.explain, flags, io);
      done(exit.pass);
    });
}

async function rulesOf({ runbooks, grafana, job, label, objective, threshold = {}, operator }: Flags): Promise<string> {
  const [{ renderPrometheusRule, renderRules }, { defaultSettings, mistakesIn }] = await Promise.all([
    import('../alert/render.ts'),
    import('../alert/settings.ts'),
  ]);
  const settings = {
    ...defaultSettings,
    ...(runbooks === undefined ? {} : { runbooks }),
    ...(grafana === undefined ? {} : { grafana }),
    ...(job === undefined ? {} : { job }),
    ...(label === undefined ? {} : { labels: label }),
    ...(objective === undefined ? {} : { objectives: objective }),
    thresholds: { ...defaultSettings.thresholds, ...threshold },
  };
  const names = Object.keys(defaultSettings.thresholds);
  const unknown = Object.keys(threshold).filter((name) => !names.includes(name));
  const mistakes = [
    ...unknown.map((name) => `threshold ${name}: there is none, only ${names.join(', ')}`),
    ...(unknown.length > 0 ? [] : mistakesIn(settings)),
  ];
  if (mistakes.length > 0) throw new UsageError(`The rules cannot be made: ${mistakes.join('; ')}.`);
  return operator === true ? renderPrometheusRule(settings) : renderRules(settings);
}

async function explain(domain: string, { config: named, json }: Flags, io: Io): Promise<void> {
  const [{ readSnapshot }, { withCauses }, { explainAlerts }, { situationOf }, { renderAlerts }] = await Promise.all([
    import('../store/read-snapshot.ts'),
    import('../role/causes.ts'),
    import('../alert/explain.ts'),
    import('./alert-situation.ts'),
    import('./render-alerts.ts'),
  ]);
  const snapshot = await withStore(named, io, async (store, config) => {
    if (!config.partners.some((each) => each.domain === domain)) throw noSuchPartner(domain, config);
    const read = await withCauses(await readSnapshot(store, config, Date.now()), config.vantage);
    if (!read.storeUp) throw await storeSilent(config);
    return read;
  });
  const partner = snapshot.partners.find((each) => each.published.partner.domain === domain);
  if (partner === undefined) throw new UsageError(`${domain} was not read.`);
  const situation = situationOf(partner, snapshot);
  const explained = explainAlerts(situation, snapshot.nowMs);
  if (json) for (const each of explained) io.out(jsonLine({ domain, ...each }));
  else io.out(renderAlerts(domain, situation, explained, io));
}
