import type { DnsRecord } from '../../net/net.ts';

/** Whether the aliases that start at a name come back to a name they went through. */
export function aliasLoop(records: readonly DnsRecord[], name: string): boolean {
  const next = new Map(records.flatMap((each) => (each.type === 'CNAME' ? [[each.name, each.target]] : [])));
  const seen = new Set<string>();
  let at: string | undefined = name;
  while (at !== undefined) {
    if (seen.has(at)) return true;
    seen.add(at);
    at = next.get(at);
  }
  return false;
}
