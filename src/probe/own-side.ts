import type { FindingEntry } from '../federation/finding.ts';

/** Why an address was not tried, whatever would have been sent: rows of every kind that opens sockets. */
export const ownSideRows = {
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
    title: 'Our egress policy forbids this address or port',
    says: (args: { endpoint: string; detail: string }) => `${args.endpoint} was not contacted: ${args.detail}.`,
    means:
      'DNS leads to an address that is not public and that the config does not allow, or to a port of another service (mail, shells, databases). fedmon never connects there by itself, so nothing is known about the edge.',
    action:
      'If the partner is reached over a private network, allow its range in egress.allow. Otherwise tell the partner that it publishes a private address, or the port of another service.',
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
    means:
      'The worker lacks file descriptors, ports or memory, or it stood still (stopped, or too busy) while the answer was due. This says nothing about the partner.',
    action: 'Check the limits of the worker (open files, ports, memory, processor) and how many probes are in flight.',
    ask: { none: 'Our machine ran short; the partner has nothing to do with it.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
