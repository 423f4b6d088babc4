import { NetworkFailure, type FailureCode } from '../federation/failure.ts';
import type { DnsMessage } from './dns-read.ts';
import type { DnsAnswer, DnsQuestion, DnsRecord, DnsServer } from './net.ts';

/** How many records of one answer are kept. */
export const maxRecords = 256;
const maxAliases = 16;

const rcodes: ReadonlyMap<number, readonly [FailureCode, string]> = new Map([
  [1, ['dns_servfail', 'FORMERR']],
  [2, ['dns_servfail', 'SERVFAIL']],
  [3, ['dns_nxdomain', 'NXDOMAIN']],
  [4, ['dns_refused', 'NOTIMP']],
  [5, ['dns_refused', 'REFUSED']],
]);

/**
 * Turns a matched response into an answer. Throws NetworkFailure for an rcode, dns_nodata when nothing of the wanted
 * type and no alias is there, and MalformedMessage when the answer section cannot be read.
 */
export function toAnswer(
  message: DnsMessage,
  question: DnsQuestion,
  from: { readonly server: DnsServer; readonly overTcp: boolean },
): DnsAnswer {
  const asked = `${question.name} ${question.type}`;
  if (message.rcode !== 0) {
    const [code, word] = rcodes.get(message.rcode) ?? ['dns_servfail', `rcode ${String(message.rcode)}`];
    throw new NetworkFailure(code, `${word} for ${asked}`);
  }
  const wanted = belonging(message.answers(), question);
  if (wanted.length === 0) throw new NetworkFailure('dns_nodata', `no ${question.type} record at ${question.name}`);
  const records = wanted.slice(0, maxRecords);
  return { ...from, authenticated: message.authenticated, records, dropped: wanted.length - records.length };
}

/** The records at the name asked for and at the aliases it leads to inside this answer; strays are left out. */
function belonging(records: readonly DnsRecord[], question: DnsQuestion): readonly DnsRecord[] {
  const names = new Set([plainName(question.name)]);
  const aliases = new Map(records.flatMap((each) => (each.type === 'CNAME' ? [[each.name, each.target]] : [])));
  let name = plainName(question.name);
  for (let left = maxAliases; left > 0; left -= 1) {
    const target = aliases.get(name);
    if (target === undefined || names.has(target)) break;
    names.add(target);
    name = target;
  }
  return records.filter((each) => names.has(each.name) && (each.type === question.type || each.type === 'CNAME'));
}

/** A name as records carry it: lower case, no final dot, `.` for the root. */
export function plainName(name: string): string {
  const plain = name.toLowerCase().replace(/\.$/, '');
  return plain === '' ? '.' : plain;
}
