import { printable } from '../../federation/failure.ts';
import { dnsServerName } from '../../net/dns-server.ts';
import type { DnsRecord } from '../../net/net.ts';
import { maxTargets, type ResolverWord } from './facts.ts';
import { hasAnswered, hasServfail, type Heard, type Inquiry } from './inquiry.ts';

/** What two resolvers said to one question, and the second answer when it has records and the first has none. */
export interface Opinion {
  readonly words: readonly ResolverWord[];
  readonly contrary: Heard | null;
}

const none: Opinion = { words: [], contrary: null };

function valueOf(record: DnsRecord): readonly string[] {
  if (record.type === 'SRV') return [printable(`${record.target}:${String(record.port)}`)];
  if (record.type === 'NAPTR') return [printable(`${record.services} ${record.replacement}`)];
  return record.type === 'A' || record.type === 'AAAA' ? [record.address] : [];
}

/** What a server said in a form that can be compared; null when it said nothing of use. */
function wordOf({ outcome, said }: Heard): ResolverWord | null {
  if (said === null) return null;
  const server = dnsServerName(said.server);
  if (!outcome.ok) return hasAnswered({ outcome, said }) ? { server, says: 'none', targets: [] } : null;
  // An answer that was cut cannot be compared.
  if (outcome.value.dropped > 0) return null;
  const targets = outcome.value.records.flatMap(valueOf);
  return { server, says: targets.length > 0 ? 'records' : 'none', targets: [...new Set(targets)].sort() };
}

/**
 * Asks one more server the question that decided the route, so that a resolver with an answer of its own is noticed.
 * Empty when there is no other server, or when one of the two has nothing to say.
 */
export async function secondOpinion(name: string, first: Heard, inquiry: Inquiry): Promise<Opinion> {
  const word = wordOf(first);
  const other = first.said === null ? undefined : inquiry.otherThan(first.said);
  if (word === null || other === undefined) return none;
  const question = { name, type: 'SRV' } as const;
  const heard = await inquiry.lookupAt('srv_lookup', other, question);
  const second = hasServfail(heard)
    ? hasAnswered(await inquiry.lookupAt('srv_lookup', other, { ...question, checkingDisabled: true }))
      ? ({ server: dnsServerName(other), says: 'bogus', targets: [] } as const)
      : null
    : wordOf(heard);
  if (second === null) return none;
  const isContrary = word.says === 'none' && second.says === 'records';
  return { words: [shortened(word), shortened(second)], contrary: isContrary ? heard : null };
}

/** The same for what the first server says there is none of; null when the second says so, too. */
export async function contraryRecords(
  step: 'srv_lookup' | 'address_lookup',
  question: { readonly name: string; readonly type: 'A' | 'AAAA' | 'NAPTR' },
  first: Heard,
  inquiry: Inquiry,
): Promise<{ readonly words: readonly ResolverWord[]; readonly heard: Heard } | null> {
  const other = first.said === null ? undefined : inquiry.otherThan(first.said);
  if (other === undefined || first.outcome.ok || !hasAnswered(first)) return null;
  const heard = await inquiry.lookupAt(step, other, question);
  const [before, after] = [wordOf(first), wordOf(heard)];
  if (before === null || after?.says !== 'records') return null;
  return { words: [before, shortened(after)], heard };
}

/** More targets than are followed are not kept: they only have to differ. */
const shortened = (word: ResolverWord): ResolverWord => ({ ...word, targets: word.targets.slice(0, maxTargets) });
