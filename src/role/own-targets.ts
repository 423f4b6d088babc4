import { anonymous, builtInDefaults } from '../config/defaults.ts';
import type { Config } from '../config/config.ts';
import type { Partner } from '../federation/partner.ts';
import type { RouteFacts } from '../probe/dns/facts.ts';
import { settingsOf, type World } from '../probe/examination.ts';
import { examineClients, examineRoute } from '../probe/examine-route.ts';
import { targetsOf } from '../probe/self.ts';

/** What of a configuration says where our own SRV record is asked for. */
export type OwnPlace = Pick<Config, 'identity' | 'dns' | 'egress' | 'partners' | 'defaults'>;

/** The domain in whose name we ask; null: nobody configured one. */
export function ownDomain({ identity }: Pick<Config, 'identity'>): string | null {
  return identity.domain === anonymous.domain ? null : identity.domain;
}

function selfAsPartner(domain: string, { partners, defaults = builtInDefaults }: OwnPlace): Partner {
  const { everyMs, timeoutMs, profile, tier } = defaults;
  const unlisted = { name: null, owner: null, contact: null, tier, profile, everyMs, timeoutMs, route: null };
  return partners.find((each) => each.domain === domain) ?? { domain, ...unlisted };
}

/**
 * The hosts that a partner's edge wants in our certificate: where the SRV record of our domain leads. Null: no domain is
 * configured, or nobody answered. Asks resolvers and connects to nothing else. Rejects only with ShuttingDown or for a bug.
 */
export async function lookUpOwnTargets(config: OwnPlace, world: World): Promise<readonly string[] | null> {
  const domain = ownDomain(config);
  if (domain === null) return null;
  const self = selfAsPartner(domain, config);
  const { observation } = await examineRoute(self, world.clock.wall(), settingsOf(config), world);
  const { targets, reply = null, pinned } = observation.facts as RouteFacts;
  return targetsOf({ targets, reply, pinned });
}

/** The names that only those ask for who sign in with a domain (facts §2.1). */
const signIn = ['lyncdiscover', '_sip._tls'];

/**
 * What says that people sign in with the domain in whose name we ask: one phrase, null when nothing does. Asks resolvers
 * and connects to nothing else. Rejects only with ShuttingDown or for a bug.
 */
export async function lookUpOwnClients(config: OwnPlace, world: World): Promise<string | null> {
  const domain = ownDomain(config);
  if (domain === null) return null;
  const records = await examineClients(selfAsPartner(domain, config), settingsOf(config), world);
  const found = records.find(({ name }) => signIn.includes(name.slice(0, -domain.length - 1)));
  return found === undefined ? null : `${found.name} leads to ${found.leadsTo.join(', ')}`;
}
