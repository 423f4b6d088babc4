import type { DnsServer } from './net.ts';

/** A server as the configuration writes it: `9.9.9.9:53`, `tls://[2620:fe::fe]:853#dns.quad9.net`. */
export function dnsServerName({ address, port, tls }: DnsServer): string {
  const place = `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
  if (tls === undefined) return place;
  return `tls://${place}${tls.name === null ? '' : `#${tls.name}`}`;
}
