import { domainName } from '../config/domain.ts';
import { familyOf } from '../net/address.ts';

/** The domain in a SIP URI, a web address, a mail address or a host with port; null when there is none. */
export function domainMeant(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^([a-z][a-z0-9+.-]*:\/\/|sips?:)/i, '')
    .replace(/[/?#;].*$/s, '')
    .replace(/^[^@]*@/, '')
    .replace(/:\d*$/, '');
  return domainName(bare);
}

/** What to type instead of a text that is no domain. */
export function insteadOf(text: string): string {
  if (familyOf(text) !== null) {
    return `That is an address: name the SIP domain, and add --route ${text} to connect there.`;
  }
  const meant = domainMeant(text);
  return meant === null ? 'Expected a domain such as contoso.com.' : `Type ${meant}.`;
}

/** The domains that were asked for, each once, in order; and the arguments that are none. */
export function domainsIn(words: readonly string[]): {
  readonly domains: readonly string[];
  readonly wrong: readonly string[];
} {
  const domains = words.map(domainName).filter((each) => each !== null);
  return { domains: [...new Set(domains)], wrong: words.filter((each) => domainName(each) === null) };
}

/** One message for all arguments that are no domains. */
export function complaintOf(wrong: readonly string[]): string {
  const [only = ''] = wrong;
  if (wrong.length === 1) return `domain '${only}' is invalid. ${insteadOf(only)}`;
  return [
    `${String(wrong.length)} of the domains are invalid:`,
    ...wrong.map((each) => `  '${each}': ${insteadOf(each)}`),
  ].join('\n');
}
