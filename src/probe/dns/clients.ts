import { printable } from '../../federation/failure.ts';
import type { RecordType } from '../../net/net.ts';
import { maxClientTargets, type ClientRecord } from './facts.ts';
import type { Inquiry } from './inquiry.ts';

/** Names that federation does not need and that tell what a domain runs (facts §2.1): information only. */
const asked: readonly { readonly prefix: string; readonly type: RecordType }[] = [
  { prefix: 'lyncdiscover', type: 'A' },
  { prefix: 'sip', type: 'A' },
  { prefix: '_sip._tls', type: 'SRV' },
  { prefix: '_xmpp-server._tcp', type: 'SRV' },
];

/** Where these names of a domain lead: the end of an alias, SRV targets, else addresses. Four queries. */
export async function clientRecords(domain: string, inquiry: Inquiry): Promise<readonly ClientRecord[]> {
  const found = await Promise.all(
    asked.map(async ({ prefix, type }): Promise<ClientRecord> => {
      const name = `${prefix}.${domain}`;
      const step = type === 'SRV' ? 'srv_lookup' : 'address_lookup';
      const { outcome } = await inquiry.lookup(step, { name, type });
      const records = outcome.ok ? outcome.value.records : [];
      const alias = records.findLast((each) => each.type === 'CNAME');
      const targets = records.flatMap((each) => {
        if (each.type === 'SRV') return each.target === '.' ? [] : [each.target];
        return each.type === 'A' ? [each.address] : [];
      });
      const leadsTo = type === 'A' && alias !== undefined ? [alias.target] : [...new Set(targets)];
      return { name, leadsTo: leadsTo.slice(0, maxClientTargets).map((each) => printable(each)) };
    }),
  );
  return found.filter(({ leadsTo }) => leadsTo.length > 0);
}
