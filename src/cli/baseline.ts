import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { Acceptance } from '../federation/accept.ts';
import { effectiveEveryMs } from '../federation/cadence.ts';
import { longestEveryMs, staleAfterIntervals } from '../federation/cadence.ts';
import { span } from '../http/words.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { placesInWords } from './config-place.ts';
import { CouldNotRun, exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import { aDomain } from './parse.ts';
import { noSuchPartner, storeSilent, withStore } from './stored.ts';

interface Flags {
  readonly config?: string;
  readonly json?: true;
}

const examples = `Examples:
  ${commandName()} baseline show contoso.com
  ${commandName()} baseline accept contoso.com     the change was meant: expect it from now on
`;

/** A worker that judges at the same moment wins; then what it left is read again. */
const mostTries = 4;

/** `fedmon baseline show|accept DOMAIN`: what is expected of a partner. */
export function addBaseline(program: Command, io: Io, done: (code: number) => void): void {
  const baseline = program
    .command('baseline')
    .summary('what is expected of a partner, and taking a change as expected')
    .description("Shows what was learned of a partner's DNS and certificates, or takes what is seen now as expected.")
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} baseline --help`);
  const withFlags = (command: Command): Command =>
    command
      .argument('<domain>', 'the SIP domain', aDomain)
      .option('--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`)
      .option('--json', 'one JSON object')
      .showHelpAfterError(`Type: ${commandName()} baseline --help`);

  withFlags(baseline.command('show').description('what is expected, and what stands otherwise')).action(
    async (domain: string, flags: Flags) => {
      const partner = await withStore(flags.config, io, (store, config) => read(store, config, domain));
      const { baselineObject, renderBaseline } = await import('./render-baseline.ts');
      if (flags.json) io.out(jsonLine(baselineObject(domain, partner.baseline)));
      else io.out(renderBaseline(domain, partner.baseline, io));
      done(exit.pass);
    },
  );
  withFlags(
    baseline.command('accept').description("take today's DNS and certificates as expected; an event tells of it"),
  ).action(async (domain: string, flags: Flags) => {
    const acceptance = await withStore(flags.config, io, (store, config) => acceptNow(store, config, domain));
    const { acceptanceObject, renderAcceptance } = await import('./render-baseline.ts');
    if (flags.json) io.out(jsonLine(acceptanceObject(acceptance)));
    else io.out(renderAcceptance(acceptance, io));
    done(exit.pass);
  });
}

async function read(store: Store, config: Config, domain: string): Promise<PartnerSnapshot> {
  const partners = config.partners.filter((each) => each.domain === domain);
  if (partners.length === 0) throw noSuchPartner(domain, config);
  const { readSnapshot } = await import('../store/read-snapshot.ts');
  // Of several vantages the first one's view is what is expected, as it is the one that follows it.
  const [first] = config.vantages?.names ?? [];
  const seen = first === undefined ? store : store.at(first);
  const watched = { ...config, partners, vantage: first ?? config.vantage, vantages: undefined };
  const { storeUp, partners: found } = await readSnapshot(seen, watched, Date.now());
  const [partner] = found;
  if (!storeUp || partner === undefined) throw await storeSilent(config);
  return partner;
}

/** Accepts what the newest examination proved. Throws CouldNotRun when there is nothing to go by. */
export async function acceptNow(store: Store, config: Config, domain: string): Promise<Acceptance> {
  const [{ accept }, { sightOf }] = await Promise.all([import('../federation/accept.ts'), import('../probe/sight.ts')]);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const partner = await read(store, config, domain);
    const nowMs = Date.now();
    const { route, edges, baseline } = partner;
    if (route === null) throw notExamined(partner);
    const ageMs = nowMs - Date.parse(route.at);
    const { partner: configured, standing } = partner.published;
    if (ageMs > staleAfterIntervals * effectiveEveryMs(configured, standing, nowMs)) throw stale(domain, ageMs);
    const acceptance = accept(baseline, sightOf(route, edges, true), nowMs);
    if (acceptance === null) throw notProven(domain);
    const kept = await store.acceptBaseline(acceptance.baseline, baseline?.slotMs ?? null, acceptance.change);
    if (kept) return acceptance;
  }
  throw new CouldNotRun(
    `What is expected of ${domain} changed each time it was read. Nothing was accepted; try again.`,
  );
}

function notExamined({ published: { partner } }: PartnerSnapshot): CouldNotRun {
  return new CouldNotRun(
    `Nothing is stored of ${partner.domain} yet, so there is nothing to accept. ` +
      `The first result comes within ${span(longestEveryMs(partner))} while ${commandName()} run is running.`,
  );
}

function stale(domain: string, ageMs: number): CouldNotRun {
  return new CouldNotRun(
    `The newest look-up of ${domain} is ${span(ageMs)} old: what was true then is not accepted as true now. ` +
      'Are the scheduler and a worker running?',
  );
}

function notProven(domain: string): CouldNotRun {
  return new CouldNotRun(
    `The newest look-up of ${domain} proved no route (it failed, was cut, or our resolvers disagree). ` +
      `Nothing was accepted. Type ${commandName()} partners show ${domain} for what was found.`,
  );
}
