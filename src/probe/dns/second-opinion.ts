import { printable } from '../../federation/failure.ts';
import { dnsServerName } from '../../net/dns-server.ts';
import { maxTargets, type ResolverWord } from './facts.ts';
import { hasAnswered, hasServfail, type Heard, type Inquiry } from './inquiry.ts';

/** What a server said to an SRV question in a form that can be compared; null when it said nothing of use. */
function wordOf({ outcome, said }: Heard): ResolverWord | null {
  if (said === null) return null;
  const server = dnsServerName(said.server);
  if (!outcome.ok) return hasAnswered({ outcome, said }) ? { server, says: 'none', targets: [] } : null;
  // An answer that was cut cannot be compared.
  if (outcome.value.dropped > 0) return null;
  const targets = outcome.value.records.flatMap((each) =>
    each.type === 'SRV' ? [printable(`${each.target}:${String(each.port)}`)] : [],
  );
  return { server, says: targets.length > 0 ? 'records' : 'none', targets: [...new Set(targets)].sort() };
}

/**
 * Asks one more server the question that decided the route, so that a resolver with an answer of its own is noticed.
 * Empty when there is no other server, or when one of the two has nothing to say.
 */
export async function secondOpinion(name: string, first: Heard, inquiry: Inquiry): Promise<readonly ResolverWord[]> {
  const word = wordOf(first);
  const other = inquiry.servers.find((each) => dnsServerName(each) !== word?.server);
  if (word === null || other === undefined) return [];
  const question = { name, type: 'SRV' } as const;
  const heard = await inquiry.lookupAt(other, question);
  const second = hasServfail(heard)
    ? hasAnswered(await inquiry.lookupAt(other, { ...question, checkingDisabled: true }))
      ? ({ server: dnsServerName(other), says: 'bogus', targets: [] } as const)
      : null
    : wordOf(heard);
  return second === null ? [] : [shortened(word), shortened(second)];
}

/** More targets than are followed are not kept: they only have to differ. */
const shortened = (word: ResolverWord): ResolverWord => ({ ...word, targets: word.targets.slice(0, maxTargets) });
