import type { CertificateFacts } from '../../federation/certificate.ts';

/** Whether a certificate names a host, by the rules of two worlds. */
export interface NameMatch {
  /** Microsoft edges, as TLS libraries do it: a dNSName, equal or with a whole left-most label `*` (RFC 9525 §6.3). */
  readonly microsoft: boolean;
  /** SIP domains: a URI `sip:NAME` without user; a dNSName only where there is no such URI, and no wildcards (RFC 5922 §7.1, §7.2). */
  readonly rfc5922: boolean;
}

/** ASCII alone: to lower case the Kelvin sign would be a k (RFC 4343 §3). */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const hostName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Anything beyond host and port, a user or headers above all, makes the URI one of something else. */
const sipUri = /^sip:([^@?;:/]+)(?::\d{1,5})?$/;

/**
 * The common name is never looked at (RFC 9525 §2), and a certificate before
 * version 3 has no names, whatever is appended to it (RFC 5280 §4.1.2.1).
 */
function matched(certificate: CertificateFacts, wanted: string): NameMatch {
  const host = lower(wanted).replace(/\.$/, '');
  const { version = 3 } = certificate.details ?? {};
  if (version < 3) return { microsoft: false, rfc5922: false };
  const { dns, uri, ip } = certificate.names;
  const address = addressOf(host);
  // An address is named as an address only: `192.0.2.1` in a dNSName is a name with four labels.
  if (address !== null) return { microsoft: ip.some((each) => addressOf(each) === address), rfc5922: false };
  if (!hostName.test(host)) return { microsoft: false, rfc5922: false };
  const identities = uri.flatMap((each) => sipUri.exec(lower(each))?.[1] ?? []);
  const named = dns.some((each) => lower(each) === host);
  return {
    microsoft: named || dns.some((each) => wildcardCovers(lower(each), host)),
    rfc5922: identities.length > 0 ? identities.includes(host) : named,
  };
}

const known = new WeakMap<CertificateFacts, { readonly wanted: string; readonly match: NameMatch }>();

/** How the certificate names the host. Told once of the same facts: who looks at an edge and who judges it both ask. */
export function nameMatch(certificate: CertificateFacts, wanted: string): NameMatch {
  const seen = known.get(certificate);
  if (seen?.wanted === wanted) return seen.match;
  const match = matched(certificate, wanted);
  known.set(certificate, { wanted, match });
  return match;
}

/** Whether the certificate names the host by either rule: which one a peer goes by is not ours to know. */
export function certificateNames(certificate: CertificateFacts, host: string): boolean {
  const { microsoft, rfc5922 } = nameMatch(certificate, host);
  return microsoft || rfc5922;
}

/** Whether only a wildcard covers the host, under the rules that allow one. */
export function onlyByWildcard(certificate: CertificateFacts, host: string): boolean {
  const { microsoft, rfc5922 } = nameMatch(certificate, host);
  const { dns } = certificate.names;
  const wanted = lower(host);
  return microsoft && !rfc5922 && !dns.some((each) => lower(each) === wanted) && addressOf(wanted) === null;
}

/** `*.a.example` covers one whole label before `a.example`; `*.com` covers nothing. */
function wildcardCovers(pattern: string, host: string): boolean {
  const parent = pattern.slice(2);
  if (!pattern.startsWith('*.') || !parent.includes('.') || !hostName.test(parent)) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot + 1) === parent;
}

/** The one way to write an address, so that two can be compared; null for what is none. */
function addressOf(text: string): string | null {
  if (ipv4.test(text)) return text;
  if (!text.includes(':') || !/^[0-9a-f:]+$/i.test(text)) return null;
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const missing = 8 - groups(head).length - groups(tail ?? '').length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail ?? '')];
  if (!all.every((each) => /^[0-9a-f]{1,4}$/i.test(each))) return null;
  return all.map((each) => Number.parseInt(each, 16).toString(16)).join(':');
}
