import type { Finding } from '../../federation/finding.ts';
import { isForeignPort } from '../../federation/foreign-port.ts';
import { providerOf } from '../../federation/provider.ts';
import type { ResolverWord, RouteFacts, Target } from './facts.ts';
import { dnsFindings as findings } from './findings.ts';

/** Of the two ports of SIP the one for the other transport. */
const otherSipPort: Readonly<Record<Target['transport'], number>> = {
  tls: 5060,
  tcp: 5061,
  udp: 5061,
};

function isUnusual({ port, transport }: Target): boolean {
  return isForeignPort(port) || port === otherSipPort[transport];
}

/** A route that is pinned is our own choice. */
export function judgeTransports({ domain, targets, pinned }: RouteFacts): readonly Finding[] {
  const datagrams = !pinned && targets.every((each) => each.transport === 'udp');
  return datagrams ? [findings.make('dns_udp_only', { domain })] : [];
}

/** A pinned port is our own choice, not theirs. */
export function judgePorts({ targets, pinned }: RouteFacts): readonly Finding[] {
  if (pinned) return [];
  return targets
    .filter(isUnusual)
    .map(({ host: target, port, transport }) => findings.make('dns_port_unusual', { target, port, transport }));
}

/** A pinned route, or a network that the config allows, is our own choice. */
export function judgeHidden({ targets, pinned }: RouteFacts): readonly Finding[] {
  if (pinned) return [];
  return targets.flatMap(({ host: target, hidden = [] }) =>
    hidden.length === 0 ? [] : [findings.make('dns_private_address', { target, addresses: hidden.join(', ') })],
  );
}

export function judgePlatforms({ targets, pinned, profile }: RouteFacts): readonly Finding[] {
  if (pinned || profile !== 'microsoft-federation') return [];
  const hosted = targets.find((each) => providerOf(each.host) !== null);
  const own = targets.find((each) => providerOf(each.host) === null);
  if (hosted === undefined || own === undefined) return [];
  return [findings.make('dns_mixed_platforms', { hosted: hosted.host, own: own.host })];
}

/** A pin that leads elsewhere than DNS; who has moved to a provider since is hardly behind the old edge any more (facts §2.2). */
export function judgePin({ published, targets: [pinned] }: RouteFacts): readonly Finding[] {
  if (published === undefined || pinned === undefined || published.isPinned) return [];
  const { name, targets } = published;
  const hosts = targets.map((each) => each.replace(/:[0-9]+$/, ''));
  const args = { name, pinned: `${pinned.host}:${String(pinned.port)}`, published: targets.join(', ') };
  const provider = hosts.map(providerOf).find((each) => each !== null) ?? null;
  if (provider === null || provider.id === providerOf(pinned.host)?.id) return [findings.make('dns_pin_differs', args)];
  return [findings.make('dns_pin_outdated', { ...args, provider: provider.name })];
}

const shown = 3;

function sentence({ server, says, targets }: ResolverWord): string {
  if (says === 'none') return `${server} has no such record`;
  if (says === 'bogus') return `${server} finds signatures that do not verify`;
  const more = targets.length > shown ? ` and ${String(targets.length - shown)} more` : '';
  return `${server} says ${targets.slice(0, shown).join(', ')}${more}`;
}

/** Two resolvers that were asked the same question and see something else. */
export function judgeWords({ words = [], naptrWords = [], asked, domain, targets }: RouteFacts): readonly Finding[] {
  const ofTargets = targets.flatMap(({ host, words: ofHost = [] }) => disagreement(host, ofHost));
  return [
    ...disagreement(`the NAPTR records of ${domain}`, naptrWords),
    ...disagreement(asked.at(-1) ?? domain, words),
    ...ofTargets,
  ];
}

function disagreement(name: string, [first, second]: readonly ResolverWord[]): readonly Finding[] {
  if (first === undefined || second === undefined) return [];
  if (first.says === second.says && first.targets.join() === second.targets.join()) return [];
  const args = { name, first: sentence(first), second: sentence(second) };
  return [findings.make('dns_resolvers_disagree', args)];
}
