import type { FindingEntry } from '../../federation/finding.ts';

// The rows about SIP over UDP, where no connection stands below the question; the others are in findings.ts.

export const datagramRows = {
  sip_udp_silent: {
    severity: 'fail',
    layer: 'sip',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'No SIP answer over UDP',
    says: (args: { endpoint: string; afterMs: number; sent: number }) =>
      `${args.endpoint} did not answer OPTIONS over UDP: sent ${String(args.sent)} times in ${String(args.afterMs)} ms.`,
    means:
      'Nothing came back: a firewall drops the datagrams, theirs or ours; the host is down; or the SIP service says nothing to strangers. Over UDP these look the same. Some lost datagrams alone do not do this, the request was sent again.',
    action:
      'Try from another place. If it is silent there too, ask the partner about firewall and SIP service, and whether it also answers over TLS; if not, look at our egress for UDP.',
    ask: (args: { endpoint: string; sent: number }) =>
      `Your SIP server ${args.endpoint} does not answer an OPTIONS over UDP, sent ${String(args.sent)} times. Please check that it runs, that your firewall lets UDP from the internet reach it, and tell us whether it also answers over TLS.`,
  },
  sip_udp_refused: {
    severity: 'fail',
    layer: 'sip',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Nobody listens on the UDP port',
    says: (args: { endpoint: string }) => `${args.endpoint} says that its UDP port is closed (ICMP port unreachable).`,
    means: 'The host is up and no SIP service listens on the port: it is down or moved.',
    action: 'Ask the partner whether its SIP service runs and listens for UDP on this port.',
    ask: (args: { endpoint: string }) =>
      `Your host ${args.endpoint} answers that its UDP port is closed (ICMP port unreachable), though you publish it for SIP over UDP. Please check that the SIP service runs and listens there, or correct the record.`,
  },
  sip_udp_unreachable: {
    severity: 'fail',
    layer: 'sip',
    side: 'path',
    confidence: 'open',
    state: 'unreachable',
    title: 'No route for UDP to the host',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} cannot be reached (${args.detail}).`,
    means: 'A router on the way says that the address is not reachable.',
    action: 'Check our routing first (other partners?), then ask the partner whether the published address is right.',
    ask: (args: { endpoint: string }) =>
      `A router answers that your address ${args.endpoint} cannot be reached. Please check whether the published address is right and routed.`,
  },
  sip_request_too_long: {
    severity: 'unproven',
    layer: 'sip',
    side: 'ours',
    confidence: 'certain',
    state: 'unknown',
    title: 'Our request is too long for UDP',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} was not asked: ${args.detail} octets.`,
    means:
      'Over UDP a request has at most 1,300 octets (RFC 3261 §18.1.1); ours carries our domain and contact address and the name of the server. Nothing was sent, so nothing is known about the edge.',
    action: 'Give identity.domain or identity.contact a shorter value, or pin a route over TCP or TLS.',
    ask: { none: 'The request is ours, and so is its length.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
