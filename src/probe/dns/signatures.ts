import type { DnsSignature } from '../../net/net.ts';
import type { SignedPeriod } from './facts.ts';

/**
 * From when until when an answer is signed: a record set holds as long as the last of its signatures, an answer as long
 * as the first of its record sets. Null without signatures.
 */
export function signedPeriod(signatures: readonly DnsSignature[]): SignedPeriod | null {
  const last = new Map<string, DnsSignature>();
  for (const each of signatures) {
    const set = `${each.name} ${String(each.covers)}`;
    const other = last.get(set);
    if (other === undefined || other.expiration < each.expiration) last.set(set, each);
  }
  const [first] = [...last.values()].sort((a, b) => a.expiration - b.expiration);
  if (first === undefined) return null;
  return { inception: instant(first.inception), expiration: instant(first.expiration) };
}

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
