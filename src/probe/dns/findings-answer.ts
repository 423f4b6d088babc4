import type { FindingEntry } from '../../federation/finding.ts';

// The rows about how DNS answers and what a whole record set looks like; those about one record are in findings.ts.

export const answerRows = {
  dns_alias_loop: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'unreachable',
    title: 'Aliases in DNS lead in a circle',
    says: ({ name }: { name: string }) => `${name} is an alias (CNAME) that leads back to itself.`,
    means: 'The name exists and never leads to a record. Servers that follow it give up.',
    action: 'Send the partner the output of “dig NAME” and ask for the CNAME records to be corrected.',
    ask: (args: { name: string }) =>
      `${args.name} is an alias (CNAME) that leads back to itself. Please correct the CNAME records.`,
  },
  dns_udp_only: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'unknown',
    title: 'SIP is offered over UDP only',
    says: ({ domain }: { domain: string }) => `${domain} offers SIP over UDP and over nothing else.`,
    means:
      'Nothing is encrypted on the way, and no certificate proves who answers. Requests longer than 1,300 octets have no way at all (RFC 3261 §18.1.1).',
    action: 'Ask the partner whether it also answers over TLS. If it does, pin a route in the config.',
    ask: ({ domain }: { domain: string }) =>
      `Your domain ${domain} offers SIP over UDP and over nothing else. Please consider SIP over TLS (an SRV record _sips._tcp.${domain}), and tell us if it is offered already.`,
  },
  dns_resolvers_disagree: {
    severity: 'warn',
    layer: 'dns',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'Two resolvers give different answers',
    says: ({ name, first, second }: { name: string; first: string; second: string }) =>
      `Two of our resolvers disagree about ${name}: ${first}; ${second}.`,
    means:
      'Either the record was changed a moment ago and one resolver still holds the old one, or one resolver has a view of its own (split DNS, a filter), or the domain’s name servers differ. The first answer that has records was followed.',
    action:
      'Wait for the record’s time to live. If it stays, ask the name servers of the domain (dig +norecurse @SERVER NAME SRV): where they agree, our resolver is wrong; where they differ, tell the partner.',
    ask: {
      none: 'It may be our resolver. First ask the name servers of the domain; only if they differ is there something to send.',
    },
  },
  dns_port_unusual: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The SRV port belongs to another service',
    says: ({ target, port, transport }: { target: string; port: number; transport: string }) =>
      `SRV target ${target} is published for SIP over ${transport.toUpperCase()} with port ${String(port)}.`,
    means: 'The port is one that other services use, so it is probably a typing mistake, and firewalls often block it.',
    action: 'Ask the partner whether the port is meant. SIP over TLS uses 5061, SIP over TCP or UDP 5060.',
    ask: (args: { target: string; port: number }) =>
      `Your SRV record names ${args.target} with port ${String(args.port)}, which belongs to another service. Please tell us whether that is meant, or correct it: SIP over TLS uses 5061, SIP over TCP 5060.`,
  },
  dns_mixed_platforms: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The route leads to two platforms',
    says: ({ hosted, own }: { hosted: string; own: string }) =>
      `Some targets are a hosting provider’s (${hosted}), others are not (${own}).`,
    means:
      'The partner is hybrid or moves to another platform. Which users answer depends on the target that is chosen.',
    action:
      'Nothing for us. When only some people of this partner can be reached, this is the first thing to ask about.',
    ask: { none: 'A hybrid set-up is nothing wrong; ask only when some people cannot be reached.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
