import { isHostName } from '../../federation/name.ts';
import type { Inquiry } from './inquiry.ts';

/** Who answers for the zone of a domain, and when it was asked for; epoch milliseconds. */
export interface KnownZone {
  readonly servers: readonly string[];
  readonly atMs: number;
}

/** What a process remembers of zones by domain, so that each is asked for once a day. */
export type ZoneMemory = Map<string, KnownZone>;

/** A zone changes its name servers once in years. */
const askedAgainMs = 86_400_000;
/** More are not kept. */
export const maxNameServers = 16;

/**
 * The authoritative name servers of a domain, sorted; empty: not known. One query a day to one resolver, for at most two
 * seconds, and one more where the domain lies in the zone of another. A zone that does not answer is not asked for: what
 * is remembered counts.
 */
export async function nameServersOf(
  domain: string,
  answers: boolean,
  inquiry: Inquiry,
  memory: ZoneMemory,
  nowMs: number,
): Promise<readonly string[]> {
  const known = memory.get(domain);
  const isFresh = known !== undefined && nowMs - known.atMs < askedAgainMs;
  if (isFresh || !answers || !domain.includes('.')) return known?.servers ?? [];
  const servers = await ask(domain, inquiry);
  if (servers === null) return known?.servers ?? [];
  memory.set(domain, { servers, atMs: nowMs });
  return servers;
}

/** Null: nobody answered. */
async function ask(domain: string, inquiry: Inquiry): Promise<readonly string[] | null> {
  const [server] = inquiry.servers;
  if (server === undefined) return null;
  const lookup = (name: string) => inquiry.lookupAt('srv_lookup', server, { name, type: 'NS' });
  const first = await lookup(domain);
  const above = first.outcome.ok ? null : (first.said?.reply.zone?.name ?? null);
  const isBelow = above !== null && above.includes('.') && domain.endsWith(`.${above}`);
  const { outcome, said } = isBelow ? await lookup(above) : first;
  // A no without a zone is no answer to this.
  if (!outcome.ok) return said?.reply.zone ? [] : null;
  const names = outcome.value.records.flatMap((each) => (each.type === 'NS' ? [each.target] : []));
  return [...new Set(names)].filter(isHostName).sort().slice(0, maxNameServers);
}
