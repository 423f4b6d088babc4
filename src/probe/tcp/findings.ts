import { catalogue } from '../../federation/finding.ts';
import { ownSideRows } from '../own-side.ts';

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
  filtered_or_down: {
    severity: 'unproven',
    layer: 'tcp',
    side: 'path',
    confidence: 'open',
    state: 'unknown',
    title: 'The SBC is filtered or down',
    says: (args: { endpoint: string; afterMs: number }) => `${args.endpoint} did not answer within ${args.afterMs} ms.`,
    means:
      'An SBC for Direct Routing usually accepts connections from Microsoft’s networks (52.112.0.0/14, 52.120.0.0/14) and from nobody else. From here such a filter and a dead SBC look the same, so this is no proof of a fault.',
    action:
      'Look at the SBC’s state in the Teams admin centre: “Active” means that Microsoft got its answer. To examine the SBC from here, let this address through its firewall.',
    ask: (args: { endpoint: string }) =>
      `Your SBC ${args.endpoint} does not answer us on TCP. If its firewall admits Microsoft’s networks only, that is as it should be; please tell us its state in the Teams admin centre.`,
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
  ...ownSideRows,
});
