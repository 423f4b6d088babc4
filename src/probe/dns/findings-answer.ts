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
  dns_srv_not_needed: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    confidence: 'open',
    state: 'unknown',
    title: 'No federation record, and inside our cloud none is needed',
    says: ({ name, cloud }: { name: string; cloud: string }) =>
      `${name} has no SRV record; the domain’s clients are led to ${cloud}, where we are, too.`,
    means:
      'Two Teams organisations of one cloud find each other without DNS. So there was nothing to examine, and nothing is known: whether they may talk is decided in the settings of both.',
    action:
      'Nothing, if people can chat. If they cannot, compare external access of both organisations. Servers and other clouds do need the record.',
    ask: { none: 'Inside one cloud the record is not needed, so there is nothing to complain of.' },
  },
  dns_client_records: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Other records tell what the domain runs',
    says: ({ domain, records, platform }: { domain: string; records: string; platform: string | null }) =>
      `${domain} ${platform === null ? 'has other records' : `seems to run ${platform}`}: ${records}.`,
    means:
      'These records are for clients and for XMPP, not for federation. They are asked for only where the federation record is missing, and judged by nothing but what they tell about the platform.',
    action: 'Nothing. When you talk to the partner, you know what its administrator works with.',
    ask: { none: 'The records are information about the platform; nothing is wrong with them.' },
  },
  dns_private_address: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The route leads to private addresses',
    says: ({ target, addresses }: { target: string; addresses: string }) =>
      `SRV target ${target} is published with addresses that only its own network reaches: ${addresses}.`,
    means:
      'Who asks from outside gets an address that means another machine there, or none. Often the inside view of a split DNS is published by mistake. It may also be our resolver that sees that view.',
    action:
      'Ask a public resolver, too. If it says the same, tell the partner. If you reach the partner over a private network on purpose, allow its range in egress.allow.',
    ask: ({ target, addresses }: { target: string; addresses: string }) =>
      `${target} is published with private addresses (${addresses}), which nobody outside your network can reach. Please publish its public addresses only.`,
  },
  dns_family_dead: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'All addresses of one family are dead',
    says: ({ family, dead, other, alive }: { family: string; dead: number; other: string; alive: number }) =>
      `None of the ${String(dead)} ${family} addresses works, ${String(alive)} of ${other} do.`,
    means:
      'Who prefers this family waits for a time-out, or fails. Often IPv6 addresses are published without a service behind them.',
    action:
      'See whether other partners are dead over the same family: then it is our own network. Else tell the partner.',
    ask: ({ family, dead, other }: { family: string; dead: number; other: string }) =>
      `None of your ${String(dead)} ${family} addresses works, while ${other} does. Please bring the service up there, or take these addresses out of DNS.`,
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
  dns_pin_differs: {
    severity: 'note',
    layer: 'dns',
    side: 'ours',
    confidence: 'likely',
    state: 'degraded',
    title: 'The pinned route is not what DNS says',
    says: ({ name, pinned, published }: { name: string; pinned: string; published: string }) =>
      `Our config pins ${pinned}; ${name} leads to ${published}.`,
    means:
      'A pinned route is used whatever DNS says, so it stays behind in silence when the partner moves. It may also be an agreed way of its own.',
    action: 'If the pin was not agreed as it is, take it out of the config or correct it.',
    ask: { none: 'The pin stands in our own config.' },
  },
  dns_pin_outdated: {
    severity: 'warn',
    layer: 'dns',
    side: 'ours',
    confidence: 'likely',
    state: 'degraded',
    title: 'The partner has moved, and our pinned route has not',
    says: (args: { name: string; pinned: string; published: string; provider: string }) =>
      `Our config pins ${args.pinned}; ${args.name} leads to ${args.published}, which is ${args.provider}.`,
    means:
      'The partner publishes a hosting provider now. The pinned edge may still answer, with nobody behind it; federation that is configured with a fixed edge breaks in silence this way.',
    action:
      'Take the pinned route out of the config, and the fixed edge of this partner out of our own federation settings. If the partner is hybrid, ask it where its users are.',
    ask: { none: 'The pin stands in our own config.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
