import { domainToASCII } from 'node:url';

const ldhLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const hostCharacters = /^[\p{L}\p{N}\p{M}.\u3002\uff0e\uff61-]+$/u;

/**
 * A host name as it goes into DNS: lower case, A-labels (IDNA, RFC 5891), no final dot; null when it is none.
 * An all-numeric last label is refused, so an address is never taken for a name (RFC 1123 §2.1).
 */
export function hostName(text: string): string | null {
  // The URL parser would decode `%41` and take `a/b` or `u@h` apart: only letters, digits, dots and hyphens reach it.
  if (text.length > 500 || !hostCharacters.test(text)) return null;
  const name = domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (name.length > 253 || !labels.every((label) => ldhLabel.test(label)) || /^[0-9]+$/.test(last)) return null;
  return name;
}

/** A SIP domain: a host name of at least two labels; null when it is none. */
export function domainName(text: string): string | null {
  const name = hostName(text);
  return name?.includes('.') === true ? name : null;
}
