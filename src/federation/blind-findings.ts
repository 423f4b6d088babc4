import { catalogue } from './finding.ts';

interface Args {
  readonly [name: string]: string;
  readonly vantage: string;
  /** Host and port of the canary. */
  readonly canary: string;
  readonly because: string;
}

const ours = { severity: 'unproven', side: 'ours', confidence: 'certain', state: 'unknown' } as const;
const held = 'Nothing is held against any partner: what was found since the canary last passed does not count.';

/** Why nothing is known about any partner: we do not see. */
export const blindFindings = catalogue({
  blind_canary: {
    ...ours,
    layer: 'tcp',
    confidence: 'likely',
    title: 'Our canary fails: we do not see',
    says: ({ vantage, canary, because }: Args) => `From ${vantage} our canary ${canary} does not pass: ${because}`,
    means: `A target of our own that must always pass does not. Either our side of the network is broken, or the canary itself. ${held}`,
    action:
      'Run fedmon check with the canary as the route. If other partners answer by hand, mend the canary or name another one; if not, look at our egress.',
    ask: { none: 'It is about us; no partner has anything to do with it.' },
  },
  blind_resolver: {
    ...ours,
    layer: 'dns',
    title: 'Our resolvers fail: we do not see',
    says: ({ vantage, canary, because }: Args) =>
      `From ${vantage} no resolver answers, not even about our canary ${canary}: ${because}`,
    means: `Names of ours cannot be looked up either, so it is the resolvers of dns.servers or the way to them. ${held}`,
    action: 'Ask each resolver of dns.servers by hand (dig @ADDRESS), then restart it or name another one.',
    ask: { none: 'The resolvers are ours.' },
  },
  blind_uplink: {
    ...ours,
    layer: 'tcp',
    title: 'Our network leads nowhere: we do not see',
    says: ({ vantage, canary, because }: Args) =>
      `From ${vantage} nothing can be connected to, our canary ${canary} neither: ${because}`,
    means: `There is no route, or nothing comes back. ${held}`,
    action: 'Look at the network of the worker: its address, its default route, the firewall, the provider.',
    ask: { none: 'The network that fails is ours.' },
  },
  blind_clock: {
    ...ours,
    layer: 'tls',
    title: 'Our clock is wrong: we do not see',
    says: ({ vantage, because }: Args) => `The clock at ${vantage} is doubted: ${because}`,
    means: `With a wrong clock good certificates look expired, or not valid yet. ${held}`,
    action: 'Compare the clocks of the worker and of Redis with another one (chronyc tracking), and set the wrong one.',
    ask: { none: 'The clock that is wrong is ours.' },
  },
  blind_local_resource: {
    ...ours,
    layer: 'tcp',
    title: 'Our machine has run out of something: we do not see',
    says: ({ vantage, because }: Args) => `The worker at ${vantage} cannot examine anything: ${because}`,
    means: `The worker lacks file descriptors, ports or memory, or it stands still. ${held}`,
    action: 'Check the limits of the worker (open files, ports, memory, processor) and restart it.',
    ask: { none: 'Our machine ran short.' },
  },
  blind_overdue: {
    ...ours,
    layer: 'policy',
    title: 'Our canary is not examined any more: we do not see',
    says: ({ vantage, last }: { vantage: string; last: string }) =>
      `Our canary was last examined from ${vantage} at ${last}, more than three of its intervals ago.`,
    means: `Slots are not planned, jobs are not carried out, or results are not kept. ${held}`,
    action: 'Look at fedmon: do scheduler and workers run, does the queue move? Restart the workers if it is full.',
    ask: { none: 'It is our own service that stands still.' },
  },
  blind_suspected: {
    ...ours,
    layer: 'tcp',
    confidence: 'likely',
    title: 'Nearly all partners fail at once: it is more likely us',
    says: ({ vantage, turned, of, layer }: { vantage: string; turned: number; of: number; layer: string }) =>
      `From ${vantage} ${String(turned)} of ${String(of)} operators that worked fail in the layer ${layer} now, and hardly anybody works.`,
    means:
      'Operators that have nothing to do with each other turned from working to failing, one after the other, and in the same ' +
      'layer. They have us in common. What failed before that was seen counts once; nothing after it is held against any partner.',
    action:
      'dns: ask each resolver of dns.servers by hand (dig @ADDRESS). tcp: connect from the worker to any host. tls: look at the clock of the worker, and for a proxy on the way. Name a canary in the config, and it is told for certain.',
    ask: { none: 'It is about us; no partner has anything to do with it.' },
  },
});
