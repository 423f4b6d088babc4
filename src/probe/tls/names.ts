import type { CertificateFacts } from '../../federation/certificate.ts';

/** Whether a dNSName covers a host: equal, or a whole left-most label `*` (RFC 9525 §6.3). Both in lower case. */
function dnsNameCovers(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase().replace(/\.$/, '');
  if (wanted === host) return true;
  if (!wanted.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot + 1) === wanted.slice(2) && wanted.slice(2).includes('.');
}

/**
 * Whether the certificate names the host: dNSName, or a `sip:` URI without a user part (RFC 5922 §7.1).
 * The common name is never looked at: the subject is not a place for names any more (RFC 9525 §2).
 */
export function certificateNames(certificate: CertificateFacts, host: string): boolean {
  const { dns, uri, ip } = certificate.names;
  const byUri = uri.some((each) => each.toLowerCase() === `sip:${host}` || each.toLowerCase() === `sips:${host}`);
  return byUri || dns.some((each) => dnsNameCovers(each, host)) || ip.includes(host);
}
