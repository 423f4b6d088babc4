import type { Finding } from '../../federation/finding.ts';
import { platformName, shareCloud, type Platform } from '../../federation/platform.ts';
import { clouds } from '../../federation/provider.ts';
import type { RouteFacts } from './facts.ts';
import { dnsFindings as findings } from './findings.ts';

/**
 * What a domain without federation record runs, by where it sends its clients: to a cloud, or to servers of its own.
 * `sip.` alone may be any SIP server, so only the names of Microsoft's clients tell of one's own.
 */
function platformOf({ domain, clients = [] }: RouteFacts): Platform {
  const targets = clients.flatMap(({ leadsTo }) => leadsTo);
  const cloud = clouds.find(({ clientHosts }) => targets.some((each) => clientHosts.includes(each)));
  // The ids of the clouds are platforms, which a test holds.
  if (cloud !== undefined) return cloud.id as Platform;
  const own = [`lyncdiscover.${domain}`, `_sip._tls.${domain}`];
  return clients.some(({ name }) => own.includes(name)) ? 'skype-for-business' : 'unknown';
}

/** Inside one cloud nothing is missing (facts §2.3); everybody else needs the record, and so may a partner that we do not know. */
export function judgeMissing(facts: RouteFacts, name: string, because: string): readonly Finding[] {
  const { ours = 'unknown', clients = [], domain } = facts;
  const theirs = platformOf(facts);
  const platform = theirs === 'unknown' ? null : platformName(theirs);
  const missing =
    platform !== null && shareCloud(ours, theirs)
      ? findings.make('dns_srv_not_needed', { name, cloud: platform })
      : findings.make('dns_srv_missing', { name, because });
  if (clients.length === 0) return [missing];
  const records = clients.map((each) => `${each.name} leads to ${each.leadsTo.join(', ')}`).join('; ');
  return [missing, findings.make('dns_client_records', { domain, records, platform })];
}
