import type { EdgeVerdict } from '../federation/diagnosis.ts';
import type { Finding } from '../federation/finding.ts';
import { familyOf } from '../net/address.ts';
import { dnsFindings } from './dns/findings.ts';

const families = [
  { family: 'IPv4', other: 'IPv6', number: 4 },
  { family: 'IPv6', other: 'IPv4', number: 6 },
] as const;

/** Every address of one family is down and the other one works (facts §6.6, 14): a fault that no single edge shows. Pure. */
export function judgeFamilies(edges: readonly EdgeVerdict[]): readonly Finding[] {
  return families.flatMap(({ family, other, number }) => {
    const own = edges.filter(({ edge }) => familyOf(edge.address) === number);
    const alive = edges.filter(({ edge, status }) => familyOf(edge.address) !== number && status === 'up').length;
    if (own.length === 0 || alive === 0 || own.some(({ status }) => status !== 'down')) return [];
    return [dnsFindings.make('dns_family_dead', { family, dead: own.length, other, alive })];
  });
}
