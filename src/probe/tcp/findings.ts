import { catalogue } from '../../federation/finding.ts';

/** What can be said about opening a TCP connection to an edge. */
export const tcpFindings = catalogue({
  tcp_refused: {
    severity: 'fail',
    layer: 'tcp',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'Connection refused',
    says: (args: { endpoint: string }) => `${args.endpoint} refuses the connection.`,
    means:
      'The host is up and nothing listens on the port: the service is down or moved. A firewall that answers with a reset, theirs or ours, looks the same.',
    action:
      'Ask the partner whether its SIP edge runs and listens on this port. If many partners refuse at once, look at our own egress.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} refuses TCP connections. Please check that your SIP edge runs and listens on this port, and that no firewall rejects us.`,
  },
  tcp_silent: {
    severity: 'fail',
    layer: 'tcp',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'No answer to the connection attempt',
    says: (args: { endpoint: string; afterMs: number }) => `${args.endpoint} did not answer within ${args.afterMs} ms.`,
    means:
      'Packets get lost: a firewall drops them, the host is down, or the route is broken. It can be on their side, ours, or between.',
    action:
      'Try from another place. If it is silent there too, ask the partner about firewall and host; if not, look at our egress.',
    ask: (args: { endpoint: string; afterMs: number }) =>
      `${args.endpoint} does not answer a TCP connection within ${String(args.afterMs)} ms. Please check that the host is up, and that its firewall lets this port in from the internet.`,
  },
  tcp_unreachable: {
    severity: 'fail',
    layer: 'tcp',
    side: 'path',
    confidence: 'likely',
    state: 'unreachable',
    title: 'No route to the host',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} cannot be reached (${args.detail}).`,
    means: 'A router on the way says that the address is not reachable.',
    action: 'Check our routing first (other partners?), then ask the partner whether the published address is right.',
    ask: (args: { endpoint: string }) =>
      `Routers report that ${args.endpoint} cannot be reached. Please check that the published address is right and announced.`,
  },
  tcp_failed: {
    severity: 'fail',
    layer: 'tcp',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'The connection could not be opened',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint}: ${args.detail}.`,
    means: 'Opening the connection failed in a way that fits none of the usual reasons.',
    action: 'Read the trail (fedmon check --trace) and compare with another vantage.',
    ask: { none: 'It is not clear what failed; read the trail and compare with another place first.' },
  },
  tcp_family_missing: {
    severity: 'note',
    layer: 'tcp',
    side: 'ours',
    confidence: 'certain',
    state: 'unknown',
    title: 'We have no network of this address family',
    says: (args: { endpoint: string }) =>
      `${args.endpoint} was not tried: this machine has no route for its address family.`,
    means:
      'The partner also publishes an address (usually IPv6) that cannot be examined from here. Nothing is held against the partner.',
    action:
      'Nothing while other addresses work. If there are none, give the worker a network of that family, or examine the partner from another place.',
    ask: { none: 'The network that is missing is ours.' },
  },
  egress_denied: {
    severity: 'unproven',
    layer: 'tcp',
    side: 'ours',
    confidence: 'likely',
    state: 'unknown',
    title: 'Our egress policy forbids this address',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} was not contacted: ${args.detail}.`,
    means:
      'DNS leads to an address that is not public, or that the config does not allow. fedmon never connects to such an address by itself, so nothing is known about the edge.',
    action:
      'If the partner is reached over a private network, allow its range in egress.allow. Otherwise tell the partner that it publishes a private address.',
    ask: {
      none: 'The limit is ours. If the range is not one that we reach on purpose, tell the partner that its DNS publishes an address that is not public.',
    },
  },
  local_resource: {
    severity: 'unproven',
    layer: 'tcp',
    side: 'ours',
    confidence: 'certain',
    state: 'unknown',
    title: 'Our machine has run out of something',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} was not examined: ${args.detail}.`,
    means: 'The worker lacks file descriptors, ports or memory. This says nothing about the partner.',
    action: 'Check the limits of the worker (open files, ports, memory) and how many probes are in flight.',
    ask: { none: 'Our machine ran short; the partner has nothing to do with it.' },
  },
});
