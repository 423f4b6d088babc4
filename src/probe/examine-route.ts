import type { RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { budgetOf } from './budget.ts';
import { clientRecords } from './dns/clients.ts';
import { edgesOf, type ClientRecord } from './dns/facts.ts';
import { dns } from './dns/index.ts';
import { Inquiry } from './dns/inquiry.ts';
import { examination, type ExaminationSettings, type World } from './examination.ts';

/** Looks up where a partner is reached now. Rejects only with ShuttingDown or for a bug. */
export function examineRoute(
  partner: Partner,
  slotMs: number,
  settings: ExaminationSettings,
  world: World,
): Promise<RouteEvidence> {
  const { dnsMs: limitMs } = budgetOf(partner.timeoutMs);
  return examination(world, partner.timeoutMs, async (io) => {
    const observation = await dns.examine(partner, { ...settings.dns, limitMs }, io);
    return { domain: partner.domain, slotMs, at: observation.at, observation, edges: edgesOf(observation.facts) };
  });
}

/** Where the names lead that clients of a domain ask for, those that are there. Rejects only with ShuttingDown or for a bug. */
export function examineClients(
  { domain, timeoutMs }: Pick<Partner, 'domain' | 'timeoutMs'>,
  settings: ExaminationSettings,
  world: World,
): Promise<readonly ClientRecord[]> {
  const { dnsMs: limitMs } = budgetOf(timeoutMs);
  return examination(world, timeoutMs, (io) => clientRecords(domain, new Inquiry({ ...settings.dns, limitMs }, io)));
}
