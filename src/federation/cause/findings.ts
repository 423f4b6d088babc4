import { catalogue } from '../finding.ts';

interface Args {
  readonly [name: string]: string | number;
  /** What they share, as people call it. */
  readonly name: string;
  readonly failing: number;
  /** Those that share it and were proven or disproven since it began. */
  readonly of: number;
  /** How they fail, the commonest first: `tcp_silent (38), tcp_refused (2)`. */
  readonly codes: string;
}

const share = ({ failing, of }: Args): string => `${String(failing)} of ${String(of)} partners`;
const fail = 'fail' as const;

/** What a shared cause is called and what is to be done: one row for each kind of fact. */
export const causeFindings = catalogue({
  shared_edge: {
    severity: fail,
    layer: 'tcp',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Partners behind one edge fail together',
    says: (args: Args) => `${share(args)} behind the edge ${args.name} fail: ${args.codes}.`,
    means:
      'All that is reached through this one address fails, and what does not share it works. It is one outage with one operator, however many domains stand behind it.',
    action:
      'Check the edge from here and from elsewhere (fedmon check DOMAIN --trace with any of the members). Tell its operator once; the partners behind it need not be called one by one.',
    ask: ({ name }: { name: string }) =>
      `Connections to ${name} fail for every domain that is reached through it. Please check this address, and what stands in front of it.`,
  },
  shared_host: {
    severity: fail,
    layer: 'tcp',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Partners behind one host name fail together',
    says: (args: Args) => `${share(args)} behind the host ${args.name} fail: ${args.codes}.`,
    means:
      'Every address of the host fails, or its certificate, or its address record. What does not share the host works.',
    action:
      'Look at what the members fail with: an address record, a certificate or a service that all its addresses share. Tell the operator of the host once.',
    ask: ({ name }: { name: string }) =>
      `Connections to ${name} fail at all of its addresses, for every domain that is reached through it. Please check the host, its addresses and its certificate.`,
  },
  shared_prefix: {
    severity: fail,
    layer: 'tcp',
    side: 'path',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Partners in one network cannot be reached',
    says: (args: Args) => `${share(args)} with an address in ${args.name} cannot be reached: ${args.codes}.`,
    means:
      'Several hosts in one address range stopped to answer within an hour: the network they are in, or the way there. It may be a site, its uplink, or a route that was withdrawn.',
    action:
      'Run traceroute to two of the addresses and see where both end. Ask our network provider about the range; tell the operator of the site when the way ends there.',
    ask: ({ name }: { name: string }) =>
      `Several addresses in ${name} do not answer. Please check the network and its uplink, and whether its routes are announced.`,
  },
  shared_issuer: {
    severity: fail,
    layer: 'tls',
    side: 'unknown',
    confidence: 'open',
    state: 'misconfigured',
    title: 'Certificates of one authority are refused',
    says: (args: Args) => `${share(args)} with certificates of ${args.name} are refused by us: ${args.codes}.`,
    means:
      'The certificates differ and their authority is the same: it was taken out of our trust store, revoked an intermediate, or changed the chain that it hands out.',
    action:
      'See what our trust store says of the authority (fedmon check DOMAIN --trace) and whether it changed lately. If it was distrusted on purpose, the partners need certificates of another one.',
    ask: { none: 'Whether our trust store or their authority changed has to be known first.' },
  },
  shared_provider: {
    severity: fail,
    layer: 'tcp',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Partners of one provider fail together',
    says: (args: Args) => `${share(args)} that ${args.name} hosts fail: ${args.codes}.`,
    means:
      'Different hosts of one provider fail at the same time, and partners elsewhere work. It is an outage of the provider.',
    action:
      'Look at the status page of the provider, then open one ticket with it. Tell our people once; the partners can do nothing but wait.',
    ask: ({ name }: { name: string }) =>
      `Connections to the federation hosts that ${name} runs fail for all domains that we look at. Please tell us whether an incident is known.`,
  },
  shared_identity: {
    severity: fail,
    layer: 'admission',
    side: 'ours',
    confidence: 'likely',
    state: 'refused',
    title: 'Nearly everybody refuses our certificate',
    says: (args: Args) => `${share(args)} that are shown our identity ${args.name} refuse it: ${args.codes}.`,
    means:
      'Independent partners began to refuse us within an hour. What they have in common is what we show them: it has expired, lost its client usage, or its authority or intermediate is not known to them.',
    action:
      'Look at our own certificate (fedmon self): dates, usage, chain. Was it renewed lately? Put the old one back, or send the missing intermediate.',
    ask: { none: 'What all of them refuse is our certificate.' },
  },
  shared_nameservers: {
    severity: fail,
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'unknown',
    title: 'Domains of one DNS operator cannot be looked up',
    says: (args: Args) => `${share(args)} whose name servers ${args.name} runs cannot be looked up: ${args.codes}.`,
    means:
      'Our resolvers answer for other domains and get nothing usable from the name servers of these. It is one outage with whoever runs the name servers, or a zone signed wrongly there.',
    action:
      'Ask a name server of a member by hand (dig NS DOMAIN, then dig @SERVER DOMAIN), and look at the status page of the DNS operator. The partners are customers there; one of them can open a ticket.',
    ask: ({ name }: { name: string }) =>
      `Domains whose name servers ${name} runs cannot be looked up. Please check the name servers of your domain, and open a ticket with whoever runs them.`,
  },
  shared_resolver: {
    severity: fail,
    layer: 'dns',
    side: 'ours',
    confidence: 'likely',
    state: 'unknown',
    title: 'Our resolvers give no usable answers',
    says: (args: Args) => `${share(args)} cannot be looked up from ${args.name}: ${args.codes}.`,
    means:
      'Half of all lookups or more get no usable answer, whoever is asked about. It is the resolvers of dns.servers or the way to them, not the DNS of so many partners.',
    action: 'Ask each resolver of dns.servers by hand (dig @ADDRESS), then restart it or name another one.',
    ask: { none: 'The resolvers are ours.' },
  },
  shared_vantage: {
    severity: fail,
    layer: 'tcp',
    side: 'path',
    confidence: 'likely',
    state: 'unreachable',
    title: 'What fails has only our own place in common',
    says: (args: Args) => `${share(args)} that are seen from ${args.name} fail: ${args.codes}.`,
    means:
      'Partners with nothing else in common began to fail within an hour, as seen from this place. It is our network, its firewall or its provider.',
    action:
      'Look at the egress of this place: firewall changes, the uplink, address translation. Compare with a check from elsewhere. A canary would tell this at once.',
    ask: { none: 'Our own place is what they have in common.' },
  },
});

export type CauseCode = keyof typeof causeFindings.rows;
