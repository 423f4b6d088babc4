import { printable } from '../../federation/failure.ts';
import type { Partner } from '../../federation/partner.ts';
import { maxClientTargets, type Published } from './facts.ts';
import type { Inquiry } from './inquiry.ts';

const names = { tls: '_sips._tcp', tcp: '_sip._tcp', udp: '_sip._udp' } as const;

/**
 * What DNS says today of a partner whose route is pinned, so that a pin that has grown old is noticed: one query to one
 * server, for at most two seconds. Null where no record is kept of it: Direct Routing knows none, and without an answer
 * or a record there is nothing to compare.
 */
export async function publishedBeside(
  { domain, profile, route }: Partner,
  inquiry: Inquiry,
): Promise<Published | null> {
  const [server] = inquiry.servers;
  // A single label is a target of our own, not a partner.
  const isAsked = route !== null && profile !== 'direct-routing' && domain.includes('.');
  if (!isAsked || server === undefined) return null;
  const name = `${profile === 'sip' ? names[route.transport ?? 'tls'] : '_sipfederationtls._tcp'}.${domain}`;
  const { outcome } = await inquiry.lookupAt('srv_lookup', server, { name, type: 'SRV' });
  const records = outcome.ok ? outcome.value.records : [];
  const targets = records.flatMap((each) => (each.type === 'SRV' && each.target !== '.' ? [each] : []));
  if (targets.length === 0) return null;
  const isPinned = targets.some(({ target, port }) => target === route.host && port === route.port);
  const shown = targets.slice(0, maxClientTargets).map(({ target, port }) => printable(`${target}:${String(port)}`));
  return { name, targets: shown, isPinned };
}
